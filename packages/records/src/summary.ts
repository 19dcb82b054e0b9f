import * as z from "zod";
import { Outcome } from "./outcome.ts";
import { Grader } from "./score.ts";
import { Usage } from "./usage.ts";

const metric = z.number().nullable();

/** Smallest, median, 90th and 99th percentile and largest of what was seen. */
const Quantiles = z.object({
  min: metric.describe("smallest; null: nothing seen"),
  p50: metric.describe("median, within 1 %"),
  p90: metric.describe("90th percentile, within 1 %"),
  p99: metric.describe("99th percentile, within 1 %"),
  max: metric.describe("largest"),
});

const Interval = z.object({
  low: metric.describe("lower end; null: undefined"),
  high: metric.describe("upper end; null: undefined"),
  level: z.number().describe("confidence level, 0.95"),
  method: z.string().describe("how it was computed"),
});

/** What one grader said of the trials of a group. */
const GraderFigures = z.object({
  mean: metric.describe("mean of its scores over trials; null: none"),
  scored: z.int().nonnegative().describe("results that it has scored"),
  missing: z
    .int()
    .nonnegative()
    .describe("results that it could not score: a judge whose reply could not be read, …"),
});

/**
 * A group of trials summed up. Written by mx-score after the last trial, read by people and mx-results.
 * The same set of lines gives the same bytes, in whatever order and however often they come.
 */
export const Summary = z.object({
  type: z.literal("summary").describe("the record type"),
  version: z.literal(1).describe("version of this record type"),
  run_ids: z.array(z.string()).describe("runs that the trials come from, sorted"),
  group: z
    .record(z.string(), z.string().nullable())
    .describe("what the trials have in common: model, variant, …"),
  tasks: z.int().nonnegative().describe("tasks planned or seen"),
  planned: z
    .int()
    .nonnegative()
    .describe("trials planned (run records), or seen where there is no plan"),
  finished: z.int().nonnegative().describe("trials that have a result"),
  scored: z.int().nonnegative().describe("trials that have a reward"),
  coverage: metric.describe("scored / planned; null: nothing planned"),
  min_coverage: z.number().optional().describe("coverage that a verdict needs"),
  complete: z
    .boolean()
    .optional()
    .describe("coverage reaches min_coverage; false: the figures are no verdict"),
  pass_threshold: z.number().describe("a trial passes when its reward is at least this"),
  mean_reward: metric.describe(
    "mean over tasks of the mean over scored trials; null: nothing scored",
  ),
  mean_reward_interval: Interval.describe(
    "where the mean over new tasks of this kind would lie: tasks, or their clusters, are the sampling unit",
  ),
  rerun_interval: Interval.optional().describe(
    "where the mean would lie if these tasks were run again; null ends where a task has one trial",
  ),
  clusters: z
    .int()
    .nonnegative()
    .nullable()
    .optional()
    .describe("independent clusters of tasks; null: each task is one"),
  mean_reward_bounds: z
    .object({
      low: metric.describe("mean if every missing trial were 0"),
      high: metric.describe("mean if every missing trial were 1"),
    })
    .describe("what the missing trials leave open (Manski bounds), for rewards within [0, 1]"),
  pass_at_k: z
    .record(z.string(), metric)
    .describe(
      "k -> probability that any of k trials passes; null: undefined, or over other tasks than the mean",
    ),
  pass_hat_k: z
    .record(z.string(), metric)
    .describe(
      "k -> probability that all of k trials pass; null: undefined, or over other tasks than the mean",
    ),
  pass_at_k_interval: z
    .record(z.string(), Interval)
    .optional()
    .describe("k -> uncertainty of pass_at_k"),
  pass_hat_k_interval: z
    .record(z.string(), Interval)
    .optional()
    .describe("k -> uncertainty of pass_hat_k"),
  tasks_at_k: z
    .record(z.string(), z.int())
    .describe("k -> tasks with at least k scored trials, which the two are over"),
  attempts: z.int().nonnegative().describe("attempts seen, failed ones included"),
  outcomes: z.partialRecord(Outcome, z.int()).describe("attempts by outcome"),
  conflicts: z
    .int()
    .nonnegative()
    .describe("trials with results that disagree: counted as not scored, never chosen between"),
  graders: z.array(Grader).optional().describe("what made the scores, sorted by name"),
  scores: z.record(z.string(), GraderFigures).optional().describe("grader -> what it said"),
  grading_cost_usd: metric.optional().describe("cost of the judges; 0: no judge; null: unknown"),
  usage: Usage.describe("tokens of all attempts"),
  cost_usd: metric.describe("cost of all attempts; null: unknown for any of them"),
  latency_ms: Quantiles.describe("the agent's wall clock, over results"),
});
export type Summary = z.infer<typeof Summary>;
