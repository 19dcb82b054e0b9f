import type { Score, ScoredTrial, Trial } from "@mx/records";
import { isResult } from "@mx/records/outcome";
import { rewardOf } from "./grade/reward-of.ts";

/** The grader that turns the results of a task's checks into a score. */
const checksGrader = { name: "checks", version: "1" };

/** What the graders said of a trial, and the number that counts. */
export interface Judgement {
  scores: Record<string, Score>;
  reward: number | null;
}

/** How a reward comes from scores. */
export interface RewardRule {
  /** The score that is the reward; absent: the weighted mean of all that were made here. */
  reward?: string | undefined;
  /** False: what the checks of the task found does not count. */
  checks?: boolean | undefined;
}

/**
 * The judgement of a trial: its checks, what graders have said here (`graded`), and what came with it.
 *
 * The reward is the weighted mean of checks and graders, and null where one of them is not known. Without any of
 * them it is the reward that the trial came with, from mx-score or from another system. Attempts that are no
 * result have no reward.
 */
export function judgeTrial(
  trial: Trial,
  graded: Record<string, Score> | null,
  rule: RewardRule = {},
): Judgement {
  const given = trial as Partial<ScoredTrial>;
  if (!isResult(trial.outcome)) return { scores: given.scores ?? {}, reward: null };
  const checks = rule.checks === false ? null : checksScore(trial);
  if (graded === null && given.scores === undefined && rule.reward === undefined) {
    // Most trials, quickly.
    if (checks === null) return { scores: {}, reward: given.reward ?? null };
    return { scores: { checks }, reward: checks.value };
  }
  const made = { ...(checks === null ? {} : { [checksGrader.name]: checks }), ...graded };
  const scores = { ...given.scores, ...made };
  if (rule.reward !== undefined) return { scores, reward: scores[rule.reward]?.value ?? null };
  if (checks === null && graded === null) return { scores, reward: given.reward ?? null };
  return {
    scores,
    reward: graded === null ? (checks?.value ?? null) : rewardOf(made),
  };
}

/**
 * The trial with its judgement, as mx-score writes it. It is the same object: a copy of so many fields takes longer
 * than all the rest.
 */
export function withJudgement(
  trial: Trial,
  { scores, reward }: Judgement,
  passThreshold: number,
): ScoredTrial {
  const passed = reward === null ? null : reward >= passThreshold;
  return Object.assign(trial, { scores, reward, passed });
}

function checksScore(trial: Trial): Score | null {
  const checks = trial.checks ?? [];
  if (checks.length === 0) return null;
  let total = 0;
  let lost = 0;
  let whole = 0;
  let none = 0;
  let missed = 0;
  let unknown = 0;
  for (const { passed, value = passed === true ? 1 : 0, weight } of checks) {
    total += weight;
    if (passed === null) unknown += 1;
    if (passed === false) missed += 1;
    if (value === 1) whole += 1;
    if (value === 0) none += 1;
    lost += weight * (1 - value);
  }
  // 1 - lost/total would not be 1 and 0 at the ends for weights such as 0.1, nor the value of the only check.
  const value =
    unknown > 0
      ? null
      : whole === checks.length
        ? 1
        : none === checks.length
          ? 0
          : checks.length === 1
            ? (checks[0]!.value ?? 0)
            : (total - lost) / total;
  const score: Score = { value, grader: checksGrader };
  if (total !== 1) score.weight = total;
  const names = (verdict: boolean | null) =>
    checks.filter(({ passed }) => passed === verdict).map((check) => check.name);
  if (unknown > 0) score.explanation = `could not be run: ${names(null).join(", ")}`;
  else if (missed > 0) score.explanation = `missed: ${names(false).join(", ")}`;
  return score;
}
