import type { ExecResult, ExecSpec } from "@mx/backends";
import { excerpt, type Verdict } from "../compare-text.ts";
import type { Graded } from "../run-checks.ts";
import { Tail } from "./tail.ts";

type Settings = Required<Pick<ExecSpec, "env" | "mounts" | "timeoutMs">> &
  Pick<ExecSpec, "folders">;

/** How the command of a check ended, and the last that it said, as the end of an explanation; empty: nothing. */
export interface CheckCommandEnd {
  result: ExecResult;
  said: string;
}

/** Runs the command of a check, a line of a shell or an argv. A verdict where that came to nothing: null, and why. */
export async function runCommand(
  command: string | string[],
  settings: Settings,
  { sandbox, signal, mask }: Graded,
): Promise<CheckCommandEnd | Verdict> {
  const tail = new Tail();
  const result = await sandbox.exec({
    argv: typeof command === "string" ? ["sh", "-c", command] : command,
    ...settings,
    signal,
    onStdout: (chunk) => tail.add(chunk),
    onStderr: (chunk) => tail.add(chunk),
  });
  if (result.ended === "not_started" || result.ended === "cancelled") {
    return { passed: null, explanation: result.detail ?? result.ended };
  }
  const text = tail.text();
  return { result, said: text === "" ? "" : `: ${excerpt(text, mask)}` };
}
