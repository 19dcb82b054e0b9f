import type { ScoredTrial, Usage } from "@mx/records";
import type { ReadOptions } from "../format.ts";
import type { FoundScore } from "../found-trial.ts";
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
import type { TrialNumbers } from "../trial-numbers.ts";
import type { Tau2Header } from "./tau2-header.ts";
import { terminations } from "./termination.ts";

const grader = { name: "tau2", version: "unknown" };

/**
 * One simulation of tau2 as a trial: `SimulationRun` of tau2/data_model/simulation.py.
 *
 * Usage and cost are the agent's alone; what the simulated user cost is in `extra` of the trajectory. Of voice runs,
 * which keep ticks in the place of messages, there is no trajectory.
 */
export function tau2Trial(
  row: JsonObject,
  header: Tau2Header,
  numbers: TrialNumbers,
  options: ReadOptions,
): ScoredTrial {
  const taskId = idOf(row["task_id"]);
  if (taskId === null) throw new RowFault("task_id is no id");
  const reason = textOf(row["termination_reason"]);
  const ending = terminations.get(reason ?? "");
  if (ending === undefined)
    throw new RowFault(`termination_reason is not known: ${String(reason)}`);
  const given = objectOf(row["reward_info"]);
  const reward = numberOf(given?.["reward"]);
  if (reward === null && given?.["reward"] != null) throw new RowFault("reward is no number");
  const messages = listOf(row["messages"]);
  const usage = usageOf(messages);
  const duration = numberOf(row["duration"]);
  const seed = row["seed"];
  const taskDigest = header.taskDigests.get(taskId);
  const criteria = header.taskCriteria.get(taskId);
  const note = textOf(objectOf(given?.["info"])?.["note"]);
  return makeTrial(
    {
      from: "tau2",
      runId: header.runId,
      taskId,
      ...(taskDigest !== undefined && { taskDigest }),
      ...(criteria !== undefined && { meta: { evaluation_criteria: criteria } }),
      model: header.model,
      settings: header.settings,
      trial: countOf(row["trial"]) ?? numbers.of(taskId, `${String(row["id"])} ${String(seed)}`),
      seed: typeof seed === "number" || typeof seed === "string" ? seed : null,
      outcome: ending.outcome,
      ...(ending.fault !== undefined && {
        fault: { ...ending.fault, message: note ?? `termination_reason: ${reason}` },
      }),
      messages,
      agent: header.agent ?? "tau2",
      trajectoryExtra: {
        user_cost_usd: numberOf(row["user_cost"]),
        termination_reason: reason,
        reward_info: given,
      },
      usage,
      ...(usage.calls !== undefined && { turns: usage.calls }),
      costUsd: numberOf(row["agent_cost"]),
      startedAt: row["start_time"],
      timeMs: { agent: duration === null ? null : duration * 1000 },
      scores: scoresOf(given ?? {}, ending.outcome === "infra_error" ? null : reward, note),
      reward,
    },
    options,
  );
}

/** The reward, and its factors: DB, COMMUNICATE, ACTION, ENV_ASSERTION, NL_ASSERTION. */
function scoresOf(
  given: JsonObject,
  reward: number | null,
  note: string | null,
): Record<string, FoundScore> {
  const scores: Record<string, FoundScore> = {
    tau2: { value: reward, ...(note !== null && { explanation: note }), grader },
  };
  for (const [name, value] of Object.entries(objectOf(given["reward_breakdown"]) ?? {})) {
    if (numberOf(value) !== null && name !== "tau2")
      scores[name] = { value: value as number, grader };
  }
  return scores;
}

/** Tokens over the agent's messages that a model made: the greeting that opens each conversation is none. */
function usageOf(messages: readonly unknown[]): Partial<Usage> {
  const usages = messages.flatMap((item) => {
    const message = objectOf(item);
    const usage = message?.["role"] === "assistant" ? objectOf(message["usage"]) : null;
    return usage === null ? [] : [usage];
  });
  if (usages.length === 0) return {};
  const sum = (name: string): number | null => {
    let total = 0;
    for (const usage of usages) {
      const count = countOf(usage[name]);
      if (count === null) return null;
      total += count;
    }
    return total;
  };
  return {
    input_tokens: sum("prompt_tokens"),
    output_tokens: sum("completion_tokens"),
    calls: usages.length,
  };
}
