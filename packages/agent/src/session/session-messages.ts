import { LineSplitter, oneLine } from "@mx/cli";
import { addAbortSignal, type Readable } from "node:stream";
import * as z from "zod";
import { AgentFault } from "../agent-fault.ts";

const lineBytes = 64 * 1024 * 1024;

/** One line of stdin in a session: what the user says next. */
export const SessionMessage = z.object({
  type: z.literal("user"),
  content: z.union([z.string().min(1), z.array(z.looseObject({ type: z.string() })).min(1)]),
});
export type SessionMessage = z.infer<typeof SessionMessage>;

/** The messages of a session, one per line of NDJSON. A line that is none is an `AgentFault`. `stop` ends the wait. */
export async function* sessionMessages(
  input: Readable,
  stop: AbortSignal,
): AsyncGenerator<SessionMessage> {
  const splitter = new LineSplitter(lineBytes);
  for await (const chunk of addAbortSignal(stop, input)) {
    for (const line of splitter.push(Buffer.from(chunk as Buffer))) yield parse(line);
  }
  for (const line of splitter.end()) yield parse(line);
}

function parse(line: ReturnType<LineSplitter["push"]>[number]): SessionMessage {
  const text = line.bytes.toString();
  if (line.tooLong) throw fault(line.number, `over ${lineBytes} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw fault(line.number, `not JSON: ${oneLine(text.slice(0, 100))}`);
  }
  const parsed = SessionMessage.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw fault(line.number, `${issue.path.join(".") || "top level"}: ${issue.message}`);
}

function fault(line: number, what: string): AgentFault {
  return new AgentFault("input_invalid", `stdin:${line}: ${what}`);
}
