import type { FoundScore } from "../found-trial.ts";
import { numberOf, objectOf, textOf, type JsonObject } from "../json-value.ts";

const grader = { name: "verifiers", version: "unknown" };

/**
 * The trace that an episode is judged by: the first of a policy that is trained (`agent.trainable`; judges and
 * simulated users are not) and has rewards, else the first that has any, else the first.
 */
export function mainTrace(traces: readonly JsonObject[]): JsonObject {
  const judged = traces.filter((trace) => rewardsOf(trace).length > 0);
  const trained = judged.find((trace) => objectOf(trace["agent"])?.["trainable"] !== false);
  return trained ?? judged[0] ?? traces[0] ?? {};
}

/** Sum of score x weight, as `Trace.reward`; null where nothing was scored, or not all of it. */
export function rewardOf(trace: JsonObject): number | null {
  const rewards = rewardsOf(trace);
  if (rewards.length === 0) return null;
  let sum = 0;
  for (const [, value] of rewards) {
    const reward = objectOf(value);
    const score = numberOf(reward?.["score"]);
    if (score === null) return null;
    sum += score * (numberOf(reward?.["weight"]) ?? 1);
  }
  return sum;
}

/** The reward, its parts and the metrics of the main trace, and the rewards of the others under their agents' names. */
export function v1Scores(
  traces: readonly JsonObject[],
  main: JsonObject,
  isScored: boolean,
): Record<string, FoundScore> {
  const scores: Record<string, FoundScore> = {
    verifiers: { value: isScored ? rewardOf(main) : null, grader },
  };
  const add = (name: string, score: FoundScore) => {
    if (!Object.hasOwn(scores, name)) scores[name] = score;
  };
  for (const [name, value] of rewardsOf(main)) {
    const reward = objectOf(value);
    const weight = numberOf(reward?.["weight"]) ?? 1;
    add(name, {
      value: numberOf(reward?.["score"]),
      ...(weight !== 1 && { explanation: `weight ${weight}` }),
      grader,
    });
  }
  for (const [name, value] of Object.entries(objectOf(main["metrics"]) ?? {})) {
    add(name, { value: numberOf(value), explanation: "a metric", grader });
  }
  for (const [index, trace] of traces.entries()) {
    if (trace === main || rewardsOf(trace).length === 0) continue;
    const agent = textOf(objectOf(trace["agent"])?.["name"]) ?? "agent";
    add(`${agent}[${index}]`, { value: rewardOf(trace), grader });
  }
  return scores;
}

function rewardsOf(trace: JsonObject): [string, unknown][] {
  return Object.entries(objectOf(trace["rewards"]) ?? {});
}
