import * as z from "zod";

/**
 * How many tasks and trials a comparison needs, or what it can see. Written by mx-score plan.
 * N = (z_(1-alpha/2) + z_power)^2 (omega^2 + sigma_a^2/K + sigma_b^2/K) / effect^2.
 */
export const Plan = z.object({
  type: z.literal("plan").describe("the record type"),
  version: z.literal(1).describe("version of this record type"),
  effect: z.number().positive().describe("smallest true difference of the means that is seen"),
  tasks: z.int().positive().describe("tasks that both arms run (N)"),
  trials: z.int().positive().describe("trials per task and arm (K)"),
  total_trials: z.int().positive().describe("trials of both arms together"),
  power: z.number().describe("probability to see such a difference"),
  alpha: z.number().describe("two-sided probability to see one that is not there"),
  omega: z.number().nonnegative().describe("standard deviation of true differences between tasks"),
  sigma_a: z.number().nonnegative().describe("standard deviation between trials of a task, arm a"),
  sigma_b: z.number().nonnegative().describe("standard deviation between trials of a task, arm b"),
  source: z.string().describe("where omega and sigma come from"),
});
export type Plan = z.infer<typeof Plan>;
