import type { Outcome, Summary } from "@mx/records";
import {
  clipInterval,
  manskiBounds,
  mean,
  rerunInterval,
  taskMeanInterval,
  type TaskMeanOptions,
} from "@mx/stats";
import type { GroupTally } from "../tally/group-tally.ts";
import type { GroupTask, GroupTasks } from "./group-tasks.ts";
import { passFigures } from "./pass-figures.ts";

/** How a group is summed up. */
export interface SummaryOptions {
  passThreshold: number;
  minCoverage: number;
  /** Null: 1 and the number of trials per task. */
  ks: readonly number[] | null;
  bootstrap: { seed: number; rounds: number } | null;
}

/**
 * One group summed up. Means are over tasks of the mean over a task's scored trials; a task without a scored
 * trial is missing, which coverage and bounds show.
 */
export function summarizeGroup(
  tally: GroupTally,
  { tasks, unnamed, trials }: GroupTasks,
  { passThreshold, minCoverage, ks, bootstrap }: SummaryOptions,
): Summary {
  const sum = (part: (task: GroupTask) => number) =>
    tasks.reduce((total, task) => total + part(task), 0);
  const planned = sum((task) => task.planned) + unnamed * trials;
  const scored = sum(({ rewards }) => rewards.length);
  const coverage = planned === 0 ? null : scored / planned;
  const scoredTasks = tasks.filter(({ rewards }) => rewards.length > 0);
  const means = scoredTasks.flatMap((task) => task.mean ?? []);
  const options = (some: readonly GroupTask[]): TaskMeanOptions => ({
    clusters: some.map(({ cluster }) => cluster),
    ...(bootstrap === null ? {} : { bootstrap }),
  });
  const within = tasks.every(({ rewards }) =>
    rewards.every((reward) => reward >= 0 && reward <= 1),
  );
  const rerun = rerunInterval(scoredTasks.map(({ rewards }) => rewards));
  return {
    type: "summary",
    version: 1,
    run_ids: [...tally.runIds].sort(),
    group: { ...tally.group },
    tasks: tasks.length + unnamed,
    planned,
    finished: sum((task) => task.finished),
    scored,
    coverage,
    min_coverage: minCoverage,
    complete: (coverage ?? 0) >= minCoverage,
    pass_threshold: passThreshold,
    mean_reward: mean(means),
    mean_reward_interval: taskMeanInterval(means, options(scoredTasks)),
    rerun_interval: within ? clipInterval(rerun, 0, 1) : rerun,
    clusters: clusterCount(scoredTasks),
    mean_reward_bounds: within ? bounds(tasks, unnamed) : { low: null, high: null },
    ...passFigures(tasks, ks ?? [...new Set([1, trials])], minCoverage, options),
    attempts: tally.attempts,
    outcomes: byName(tally.outcomes),
    conflicts: sum((task) => task.conflicts.length),
    ...graderFigures(tally),
    usage: tally.usage,
    cost_usd: tally.costUsd,
    latency_ms: {
      min: tally.latency.min,
      p50: tally.latency.quantile(0.5),
      p90: tally.latency.quantile(0.9),
      p99: tally.latency.quantile(0.99),
      max: tally.latency.max,
    },
  };
}

/** Independent units where tasks share any; a task that names no cluster is one of its own. */
function clusterCount(tasks: readonly GroupTask[]): number | null {
  const named = tasks.flatMap(({ cluster }) => cluster ?? []);
  const different = new Set(named).size;
  return different === named.length ? null : different + tasks.length - named.length;
}

function bounds(tasks: readonly GroupTask[], unnamed: number): Summary["mean_reward_bounds"] {
  return manskiBounds(
    tasks.map((task) => ({
      rewardSum: (task.mean ?? 0) * task.rewards.length,
      scored: task.rewards.length,
      planned: task.planned,
    })),
    unnamed,
  );
}

function graderFigures({
  graders,
  gradingCostUsd,
}: GroupTally): Pick<Summary, "graders" | "scores" | "grading_cost_usd"> {
  const byGrader = [...graders].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    graders: [...new Map(byGrader.flatMap(([, { identities }]) => [...identities]))]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, grader]) => ({ ...grader })),
    scores: Object.fromEntries(
      byGrader.map(([name, { values, missing }]) => [
        name,
        { mean: values.mean(), scored: values.count, missing },
      ]),
    ),
    grading_cost_usd: gradingCostUsd,
  };
}

/** Counts by outcome, in an order that the records do not decide. */
function byName(outcomes: ReadonlyMap<Outcome, number>): Partial<Record<Outcome, number>> {
  return Object.fromEntries([...outcomes].sort(([a], [b]) => (a < b ? -1 : 1)));
}
