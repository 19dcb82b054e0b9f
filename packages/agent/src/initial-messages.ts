import { ExitCode, MxError } from "@mx/cli";
import { readFile } from "node:fs/promises";
import { stdin } from "node:process";
import { addAbortSignal } from "node:stream";
import { text } from "node:stream/consumers";
import * as z from "zod";

/** Messages in the shape of the API, checked no further than mx-agent needs; the rest is the server's business. */
const Messages = z
  .array(
    z.looseObject({
      role: z.enum(["system", "developer", "user", "assistant", "tool"]),
      content: z.union([z.string(), z.array(z.looseObject({ type: z.string() }))]).nullish(),
    }),
  )
  .min(1);
export type InitialMessage = z.infer<typeof Messages>[number];

/** Where the task comes from: the command line, files, or stdin where neither is given. */
export interface TaskSource {
  prompt?: string | undefined;
  promptFile?: string | undefined;
  messagesFile?: string | undefined;
  /** stdin has the messages of a session: nothing of it is read here, and there need not be anything else */
  session: boolean;
}

/** The conversation to start from, without the system prompt. `stop` ends the wait for stdin. */
export async function initialMessages(
  source: TaskSource,
  stop: AbortSignal,
): Promise<InitialMessage[]> {
  const { promptFile, messagesFile } = source;
  if (source.prompt !== undefined && promptFile !== undefined) {
    throw usage("give the prompt as an argument or with --prompt-file, not both");
  }
  const messages = messagesFile === undefined ? [] : await readMessages(messagesFile);
  let { prompt } = source;
  if (promptFile !== undefined) prompt = await readText(promptFile, "--prompt-file");
  if (prompt === undefined && messagesFile === undefined && !source.session) {
    if (stdin.isTTY) throw usage("there is no prompt");
    prompt = await text(addAbortSignal(stop, stdin));
  }
  if (prompt === undefined) return messages;
  if (prompt.trim() === "") throw usage("the prompt is empty");
  return [...messages, { role: "user", content: prompt }];
}

async function readMessages(path: string): Promise<InitialMessage[]> {
  const content = await readText(path, "--messages-file");
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    throw usage(`--messages-file ${path}: not JSON: ${(error as Error).message}`);
  }
  const parsed = Messages.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw usage(`--messages-file ${path}: ${issue.path.join(".") || "top level"}: ${issue.message}`);
}

async function readText(path: string, flag: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw usage(`${flag} ${path}: ${(error as Error).message}`);
  }
}

function usage(message: string): MxError {
  const hint = "give a prompt as an argument, with --prompt-file or --messages-file, or on stdin";
  return new MxError(message, { code: "usage", exitCode: ExitCode.usage, hint });
}
