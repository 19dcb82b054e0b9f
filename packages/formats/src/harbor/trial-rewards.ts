import type { FoundScore } from "../found-trial.ts";
import { numberOf, objectOf, type JsonObject } from "../json-value.ts";

/** The judgements of a trial, and the one that counts. */
export interface TrialRewards {
  scores: Record<string, FoundScore>;
  reward: number | null;
}

/**
 * The verifier's rewards: one score per name (models/verifier/result.py). The reward is the one of that name, or the
 * only one; several of other names have no speaker, and leave the trial unscored. `explanation`: what tests found.
 */
export function trialRewards(rewards: unknown, explanation: string | null): TrialRewards {
  const given = objectOf(rewards) ?? {};
  const grader = { name: "verifier", version: "unknown" };
  const scores = Object.entries(given).map(([name, value]): [string, FoundScore] => [
    name,
    { value: rewardOf(value), grader, ...(explanation !== null && { explanation }) },
  ]);
  const values = new Map(scores);
  const main = values.get("reward") ?? (scores.length === 1 ? scores[0]![1] : undefined);
  return { scores: Object.fromEntries(scores), reward: main?.value ?? null };
}

/** Python counts a truth value as a number. */
function rewardOf(value: unknown): number | null {
  return typeof value === "boolean" ? Number(value) : numberOf(value);
}

/** "4 of 5 tests passed", from a CTRF report (ctrf.io); null where it is none. */
export function testsText(report: JsonObject): string | null {
  const summary = objectOf(objectOf(report["results"])?.["summary"]);
  const tests = numberOf(summary?.["tests"]);
  const passed = numberOf(summary?.["passed"]);
  return tests === null || passed === null ? null : `${passed} of ${tests} tests passed`;
}
