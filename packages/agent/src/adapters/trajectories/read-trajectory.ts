import type { TrajectoryFormat } from "./formats.ts";
import type { NativeTrajectory } from "./native-trajectory.ts";
import { readAider } from "./read-aider.ts";
import { readClaudeCode } from "./read-claude-code.ts";
import { readCodex } from "./read-codex.ts";
import { readGeminiCli } from "./read-gemini-cli.ts";
import { readMiniSweAgent } from "./read-mini-swe-agent.ts";
import { readOpencode } from "./read-opencode.ts";

const readers: Record<Exclude<TrajectoryFormat, "atif">, (text: string) => NativeTrajectory> = {
  "claude-code": readClaudeCode,
  codex: readCodex,
  "gemini-cli": readGeminiCli,
  opencode: readOpencode,
  "mini-swe-agent": readMiniSweAgent,
  aider: readAider,
};

/** What an agent left of its conversation. Throws an error that says why it cannot be read. */
export function readNativeTrajectory(
  format: Exclude<TrajectoryFormat, "atif">,
  text: string,
): NativeTrajectory {
  const read = readers[format](text);
  if (!read.messages.some(({ role }) => role === "assistant" || role === "user")) {
    throw new Error("there is no message in it");
  }
  return read;
}
