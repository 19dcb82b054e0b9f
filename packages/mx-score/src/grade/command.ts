import { recordText } from "@mx/cli";
import type { Trial } from "@mx/records";
import type { SpecOf } from "./kind-grader.ts";
import { readVerdict } from "./read-verdict.ts";
import { runProgram, type ProgramEnd } from "./run-program.ts";
import { unknown, type Verdict } from "./verdict.ts";

/** Raised when what is made of a program's output changes. */
export const commandVersion = "1";

const defaultTimeoutMs = 60_000;
const shownStderr = 300;

/** Why there is no score, with what the program said last. */
function failure(what: string, { stderr }: ProgramEnd): Verdict {
  const said = stderr.trim();
  if (said === "") return unknown(what);
  const tail = said.length <= shownStderr ? said : `…${said.slice(-shownStderr)}`;
  return unknown(`${what}: ${tail}`);
}

/**
 * What a program says of a trial: it gets the record as one line on stdin and prints the score (read-verdict.ts).
 * Whatever goes wrong with the program is an unknown score, never 0. Rejects only for an aborted signal.
 */
export async function gradeByCommand(
  spec: SpecOf<"command">,
  trial: Trial,
  options: { env: Record<string, string>; signal: AbortSignal },
): Promise<Verdict> {
  const timeoutMs = spec.timeout_ms ?? defaultTimeoutMs;
  const { command } = spec;
  const stdin = `${recordText(trial)}\n`;
  const end = await runProgram({ command, stdin, timeoutMs, ...options });
  if (end.how === "failed") return failure("the grader could not be started", end);
  if (end.how === "timeout") return failure(`the grader took over ${timeoutMs} ms`, end);
  if (end.how === "too-much-output") return failure("the grader printed over 1 MiB", end);
  if (end.status === null) return failure(`the grader was ended by ${end.endedBy}`, end);
  if (end.status !== 0) return failure(`the grader ended with status ${end.status}`, end);
  return readVerdict(end.stdout);
}
