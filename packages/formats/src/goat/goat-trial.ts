import type { ScoredTrial } from "@mx/records";
import type { ReadOptions } from "../format.ts";
import type { FoundTrial } from "../found-trial.ts";
import { idOf, numberOf, textOf, type JsonObject } from "../json-value.ts";
import { makeTrial } from "../make-trial.ts";
import { RowFault } from "../row-fault.ts";
import { goatVariant, type GoatHeader } from "./goat-header.ts";

const explanation =
  "1: the agent's exit status was 0, which it is even where no model could be reached";

/**
 * One row of goat as a trial: an item of `results` in summary.json, or the file of one task.
 *
 * Nothing in it judges what the agent did. goat's "passed" only says that the exit status was 0, so it is kept as the
 * score `exit-code` and is no reward: reward is null until a grader of mx-score has looked at the output.
 */
export function goatTrial(row: JsonObject, header: GoatHeader, options: ReadOptions): ScoredTrial {
  const taskId = idOf(row["id"]);
  if (taskId === null) throw new RowFault("id is no id");
  const exitCode = numberOf(row["exit_code"]);
  if (exitCode === null || !Number.isInteger(exitCode))
    throw new RowFault("exit_code is no number");
  const prompt = textOf(row["prompt"]);
  const elapsed = numberOf(row["elapsed_s"]);
  const output = textOf(row["output"]) ?? "";
  const ending = endingOf(exitCode, textOf(row["stderr"]) ?? "");
  const isResult = ending.outcome !== "infra_error";
  const messages = [
    ...(prompt === null ? [] : [{ role: "user", content: prompt }]),
    ...(output === "" ? [] : [{ role: "assistant", content: output }]),
  ];
  return makeTrial(
    {
      from: "goat",
      runId: header.runId,
      taskId,
      task: { prompt },
      model: header.model ?? textOf(row["model"]),
      variant: header.hasArms ? goatVariant(row) : (options.variant ?? goatVariant(row)),
      trial: 0,
      ...ending,
      messages,
      agent: "goat-eval",
      output,
      turns: null,
      // -1 is goat's own sign for an attempt that never came to an end.
      exitCode: exitCode === -1 ? null : exitCode,
      timeMs: { agent: elapsed === null || exitCode === -1 ? null : elapsed * 1000 },
      scores: {
        "exit-code": {
          value: isResult ? Number(exitCode === 0) : null,
          explanation,
          grader: { name: "goat", version: "unknown" },
        },
      },
      reward: null,
    },
    options,
  );
}

/**
 * -1 stands for an exception in goat or Modal, 137 for a sandbox that was ended from outside: no results, unless the
 * sandbox's own clock ran out, which Modal also says by 124. Anything else that is not 0 is the agent's.
 */
function endingOf(exitCode: number, stderr: string): Pick<FoundTrial, "outcome" | "fault"> {
  const message = stderr.trim().slice(-2000) || `exit status ${exitCode}`;
  if (exitCode === 0) return { outcome: "completed" };
  const ranOut = exitCode === -1 && /sandbox.{0,40}time(?:d ?out|out)/i.test(stderr);
  if (exitCode === 124 || ranOut) {
    return { outcome: "timeout", fault: { class: "time_limit", message, retryable: false } };
  }
  if (exitCode === -1 || exitCode === 137) {
    const faultClass = exitCode === -1 ? "sandbox_failed" : "killed";
    return { outcome: "infra_error", fault: { class: faultClass, message, retryable: true } };
  }
  return { outcome: "failed", fault: { class: "agent_error", message, retryable: false } };
}
