import * as z from "zod";

const metric = z.number().nullable();

const Arm = z.object({
  name: z.string().describe("name of the arm: a variant, a model, or a file"),
  tasks: z.int().nonnegative().describe("tasks seen in this arm"),
  trials: z.int().nonnegative().describe("trials seen in this arm"),
  scored: z.int().nonnegative().describe("trials that have a reward"),
  mean: metric.describe("mean over the paired tasks; null: no pairs"),
});

const Interval = z.object({
  low: metric.describe("lower end; null: undefined"),
  high: metric.describe("upper end; null: undefined"),
  level: z.number().describe("confidence level"),
  method: z.string().describe("how it was computed"),
});

/** A task's mean in both arms. */
const Flip = z.object({
  task_id: z.string().describe("the task"),
  a: z.number().describe("mean reward in arm a"),
  b: z.number().describe("mean reward in arm b"),
});

/** Something that the arms should have in common, and have not. */
const Difference = z.object({
  what: z
    .enum(["task", "grader", "image", "sampling", "served_model", "pass_threshold"])
    .describe("what differs"),
  a: z.string().describe("as it is in arm a"),
  b: z.string().describe("as it is in arm b"),
  tasks: z.array(z.string()).optional().describe("some of the tasks that it differs for"),
});

const Gate = z.object({
  kind: z.enum(["fail-if-worse", "non-inferior"]).describe("what was asked for"),
  margin: z.number().nonnegative().describe("how much worse b may be"),
  passed: z.boolean().nullable().describe("the verdict; null: too little is scored for one"),
});

/** A paired A/B over the same tasks. Written by mx-score compare. */
export const Comparison = z.object({
  type: z.literal("comparison").describe("the record type"),
  version: z.literal(1).describe("version of this record type"),
  a: Arm.describe("first arm"),
  b: Arm.describe("second arm"),
  pairs: z.int().nonnegative().describe("tasks scored in both arms"),
  clusters: z
    .int()
    .nonnegative()
    .nullable()
    .describe("independent clusters of the pairs; null: each task is one"),
  difference: metric.describe("mean of b minus a over pairs; null: no pairs"),
  interval: Interval.describe("uncertainty of the difference"),
  p_value: metric.describe("two-sided; null: undefined"),
  p_adjusted: metric.describe("p_value by Holm over all comparisons of this call"),
  comparisons: z.int().positive().describe("how many comparisons this call made"),
  method: z.string().describe("the test that gave p_value"),
  wins: z.int().nonnegative().describe("pairs where b is better"),
  losses: z.int().nonnegative().describe("pairs where a is better"),
  ties: z.int().nonnegative().describe("pairs that are equal"),
  flips: z.array(Flip).describe("pairs that are not equal: what b lost first, largest first"),
  left_out: z
    .record(z.string(), z.array(z.string()))
    .describe("reason -> tasks that are in no pair"),
  smallest_visible: metric.describe(
    "difference that as many pairs as noisy as these show at 80 % power; null: undefined",
  ),
  pass_threshold: z.number().nullable().describe("null: rewards were compared as they are"),
  differences: z.array(Difference).describe("what makes the arms hard to compare"),
  forced: z.boolean().describe("true: compared in spite of `differences`, by --force"),
  gate: Gate.nullable().describe("the gate that was asked for; null: none"),
});
export type Comparison = z.infer<typeof Comparison>;
