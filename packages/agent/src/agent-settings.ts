import { ExitCode, MxError } from "@mx/cli";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { Flags } from "./command.ts";

/** Checks what flags have against each other. */
export function checkFlags(flags: Flags): void {
  if (flags.api === "responses" && flags.seed !== undefined) {
    throw usage("--seed: the responses API has none");
  }
}

/** The folder to work in, whole. */
export async function workFolder(path: string): Promise<string> {
  const full = resolve(path);
  const stats = await stat(full).catch(() => null);
  if (stats?.isDirectory()) return full;
  throw usage(`--cwd ${path} is not a directory`);
}

function usage(message: string): MxError {
  return new MxError(message, { code: "usage", exitCode: ExitCode.usage });
}

/** The environment of the tools: the key is for this program, not for what the model runs. */
export function withoutKey(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = { ...env };
  delete own["OPENAI_API_KEY"];
  return own;
}

/** What of the settings belongs in a trajectory. */
export function settingsOf(flags: Flags): Record<string, unknown> {
  const { maxTurns, maxTokens, tokenLimit, temperature, topP, seed, stream } = flags;
  const { api, toolCalls, reasoningEffort } = flags;
  return {
    max_turns: maxTurns,
    ...(maxTokens !== undefined && { max_tokens: maxTokens }),
    ...(tokenLimit !== undefined && { token_limit: tokenLimit }),
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { top_p: topP }),
    ...(seed !== undefined && { seed }),
    stream,
    ...(api !== "chat" && { api }),
    ...(toolCalls !== "native" && { tool_calls: toolCalls }),
    ...(reasoningEffort !== undefined && { reasoning_effort: reasoningEffort }),
  };
}
