import * as z from "zod";
import { Grader } from "./score.ts";

/**
 * Who was at fault for a trial that failed, as a judge sees it. Written by mx-score attribute, read by people
 * and by the next mx-score attribute, which does not ask again for what it has.
 */
export const Attribution = z.object({
  type: z.literal("attribution").describe("the record type"),
  version: z.literal(1).describe("version of this record type"),
  key: z.string().describe("the trial's key"),
  run_id: z.string().describe("the trial's run"),
  task_id: z.string().describe("the trial's task"),
  trial: z.int().nonnegative().describe("which go at the task"),
  attempt: z.int().nonnegative().describe("which try at the trial"),
  variant: z.string().describe("the trial's arm"),
  model: z.string().nullable().describe("the model that was judged"),
  author: z
    .enum(["agent", "user", "environment"])
    .nullable()
    .describe("who was at fault; null: the judge's reply could not be read"),
  fault_type: z
    .enum(["called_wrong_tool", "used_wrong_tool_argument", "goal_partially_completed", "other"])
    .nullable()
    .describe("what the agent did wrong; null where it was not the agent, or is not known"),
  description: z.string().nullable().describe("what happened, in the judge's words"),
  judge: Grader.describe("what judged"),
  cost_usd: z
    .number()
    .nonnegative()
    .nullable()
    .describe("price of the judge's calls; null: unknown"),
});
export type Attribution = z.infer<typeof Attribution>;
