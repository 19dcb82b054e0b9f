import type { ScoredTrial } from "@mx/records";
import { failureOf } from "../failure-kind.ts";
import type { ReadOptions } from "../format.ts";
import type { FoundScore, FoundTrial } from "../found-trial.ts";
import {
  countOf,
  idOf,
  listOf,
  numberOf,
  objectOf,
  textOf,
  type JsonObject,
} from "../json-value.ts";
import { makeTrial } from "../make-trial.ts";
import { RowFault } from "../row-fault.ts";
import { lastAnswer } from "../to-trajectory.ts";
import { respondText, withTextActions } from "./text-actions.ts";

const from = "tau-bench";

/**
 * One row of tau-bench as a trial: `EnvRunResult` of tau_bench/types.py, or the reduced row with `error`,
 * `finished`, `r_actions`, `r_outputs` and a count of messages in the places of `info` and `traj`.
 *
 * A row of an exception is a result only where the error is the agent's (see failureOf); tau-bench itself counts all
 * of them as 0. A row without `reward_info` came to the cap of 30 steps: outcome `max_turns`, its 0 as given.
 */
export function tauBenchTrial(row: JsonObject, runId: string, options: ReadOptions): ScoredTrial {
  const taskId = idOf(row["task_id"]);
  if (taskId === null) throw new RowFault("task_id is no id");
  const trial = countOf(row["trial"]);
  if (trial === null) throw new RowFault("trial is no whole number from 0");
  const reward = numberOf(row["reward"]);
  if (reward === null && row["reward"] !== null) throw new RowFault("reward is no number");
  const info = objectOf(row["info"]) ?? {};
  const messages = withTextActions(listOf(row["traj"]));
  const answer = lastAnswer(messages) ?? "";
  const ending = endingOf(row, info);
  return makeTrial(
    {
      from,
      runId,
      taskId,
      ...(info["task"] !== undefined && { task: info["task"] }),
      // Rows of exceptions do not hold the task, and are attempts at the same trial all the same.
      taskInKey: false,
      trial,
      ...ending,
      messages,
      trajectoryExtra: {
        user_cost_usd: numberOf(info["user_cost"]),
        reward_info: info["reward_info"],
        traceback: textOf(info["traceback"]),
      },
      ...(messages.length === 0
        ? { turns: turnsOf(row) }
        : { output: respondText(answer) ?? answer }),
      scores: scoresOf(row, info, ending.outcome === "infra_error" ? null : reward),
      reward,
    },
    options,
  );
}

function endingOf(row: JsonObject, info: JsonObject): Pick<FoundTrial, "outcome" | "fault"> {
  const error = textOf(info["error"]) ?? textOf(row["error"]);
  if (error !== null) {
    // The type of an exception stands only in the traceback, on its last line.
    const kind = textOf(info["traceback"])?.trimEnd().split("\n").at(-1)?.split(":", 1)[0];
    const { outcome, fault } = failureOf(kind === undefined ? error : `${kind}: ${error}`);
    return { outcome, fault: { ...fault, message: error } };
  }
  const unfinished =
    row["finished"] === false || (info["task"] != null && info["reward_info"] == null);
  return { outcome: unfinished ? "max_turns" : "completed" };
}

/** The reward, and the part of it that the row holds: a database that is as it should be, or outputs that were given. */
function scoresOf(
  row: JsonObject,
  info: JsonObject,
  reward: number | null,
): Record<string, FoundScore> {
  const parts = objectOf(objectOf(info["reward_info"])?.["info"]) ?? row;
  const scores: Record<string, FoundScore> = { [from]: { value: reward } };
  for (const name of ["r_actions", "r_outputs"]) {
    const value = numberOf(parts[name]);
    if (value === null) continue;
    scores[name] = { value, ...missedOutputs(parts), grader: { name: from, version: "unknown" } };
  }
  return scores;
}

function missedOutputs(parts: JsonObject): { explanation?: string } {
  const missed = Object.entries(objectOf(parts["outputs"]) ?? {}).filter(([, is]) => is === false);
  if (missed.length === 0) return {};
  return { explanation: `not said: ${missed.map(([output]) => output).join(", ")}` };
}

/** After the first two messages, each turn is a reply and what it was answered with. */
function turnsOf(row: JsonObject): number | null {
  const messages = countOf(row["messages"]);
  return messages !== null && messages >= 2 && messages % 2 === 0 ? (messages - 2) / 2 : null;
}
