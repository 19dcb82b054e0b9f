import type { VerifierCheck } from "@mx/records";
import { posix } from "node:path";
import type { Verdict } from "../compare-text.ts";
import type { Graded } from "../run-checks.ts";
import { sandboxFiles } from "../sandbox-files.ts";
import { readReward, type Reward } from "./read-reward.ts";
import { runCommand } from "./run-command.ts";

/** The clock of a verifier that has none of its own. */
export const verifierTimeoutMs = 600_000;
const rewardFiles = ["reward.txt", "reward.json"];
const mostBytes = 1024 * 1024;

/** A verdict with how much of it holds. */
export type ValuedVerdict = Verdict & { value?: number };

/**
 * Runs a verifier: after the agent's processes have gone, on files that the agent never saw, with a home of its own
 * and an environment of the task's, writing to an empty folder. It passes with a reward of 1.
 *
 * Without a reward it is the verifier that is broken, and the verdict is null; but one that the clock or a limit ends
 * has found nothing that holds.
 */
export async function verify(check: VerifierCheck, graded: Graded): Promise<ValuedVerdict> {
  const { sandbox, mask } = graded;
  const beside = (name: string) => posix.join(posix.dirname(sandbox.paths.checks), name);
  const files = check.files_path ?? sandbox.paths.checks;
  const output = check.output_path ?? beside("verifier");
  // What an agent leaves in its home, a shell's or Python's start-up files say, is not for this one.
  const home = beside("verifier-home");
  const run = await runCommand(
    check.command,
    {
      env: { HOME: home, MX_CHECKS: files, MX_VERIFIER: output, ...check.env },
      mounts: [{ path: files, files: sandboxFiles(check.files) }],
      folders: [output, home],
      timeoutMs: check.timeout_ms ?? verifierTimeoutMs,
    },
    graded,
  );
  if (!("result" in run)) return run;
  const { result, said } = run;
  if (result.ended !== "exited") {
    return { passed: false, value: 0, explanation: `ended by ${result.ended}` };
  }
  const reward = await findReward(check.reward_files ?? rewardFiles, output, graded);
  if ("problem" in reward) {
    return {
      passed: null,
      explanation: `${mask(reward.problem)} (exit ${result.exitCode})${said}`,
    };
  }
  const { value, details } = reward;
  const tests = await testReport(output, graded);
  const why = [tests, mask(details)].filter((part) => part !== null && part !== "").join("; ");
  const explanation = `reward ${value}${why === "" ? "" : `: ${why}`}${value < 1 && why === "" ? said : ""}`;
  return { passed: value >= 1, value, explanation };
}

async function findReward(
  names: readonly string[],
  output: string,
  { sandbox }: Graded,
): Promise<Reward> {
  for (const name of names) {
    const file = await sandbox.readFile(posix.join(output, name), mostBytes);
    if (file !== null) return readReward(name, file.bytes.toString("utf8"));
  }
  return { problem: `no reward was written (${names.join(", ")})` };
}

/** "4 of 5 tests passed", where the verifier left a report of that kind (ctrf.io). */
async function testReport(output: string, { sandbox }: Graded): Promise<string | null> {
  const file = await sandbox.readFile(posix.join(output, "ctrf.json"), mostBytes);
  if (file === null) return null;
  // Loaded here: few verifiers write one.
  const { testsReport } = await import("@mx/formats/tasks");
  return testsReport(file.bytes.toString("utf8"));
}
