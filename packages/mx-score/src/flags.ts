import { formatNames } from "@mx/formats/names";
import * as z from "zod";

/** What mx-score can be told. */
export const flags = z.object({
  from: z
    .enum(formatNames)
    .optional()
    .describe("whose results FILE holds; default: found out by its content"),
  by: z
    .string()
    .default("model,variant")
    .describe("fields of trial records to group by, with commas; a dot leads into a field"),
  k: z
    .string()
    .regex(/^\d+(,\d+)*$/, { error: "expected whole numbers with commas, such as 1,4" })
    .optional()
    .describe(
      "k's for pass@k and pass^k, with commas; default: 1 and the number of trials per task",
    ),
  passThreshold: z.number().default(1).describe("a trial passes when its reward is at least this"),
  minCoverage: z
    .number()
    .min(0)
    .max(1)
    .default(0.95)
    .describe("exit 75, without a verdict, where a smaller share of the planned trials is scored"),
  expect: z
    .string()
    .regex(/^\d+x\d+$/, { error: "expected TASKSxTRIALS, such as 50x4" })
    .optional()
    .describe("TASKSxTRIALS that were planned, where no run record says"),
  failUnder: z
    .number()
    .optional()
    .describe("exit 1 where a group's mean reward is smaller, or unknown"),
  failOnFinding: z
    .enum(["info", "warning", "error"])
    .optional()
    .describe("exit 1 where a finding is as severe as this"),
  grader: z
    .array(z.string())
    .default([])
    .describe(
      "KIND[:ARGUMENT] of a grader, in place of the tasks' own; several times for several; checks: the tasks' checks too",
    ),
  graders: z
    .string()
    .optional()
    .describe("YAML or JSON file with graders, in place of the tasks' own"),
  reward: z
    .string()
    .optional()
    .describe("name of the score that is the reward; default: the weighted mean of all"),
  judgeModel: z.string().optional().describe("model of the graders of kind judge"),
  judgeUrl: z
    .string()
    .optional()
    .describe("base URL of the judge's API; default: OPENAI_BASE_URL. Its key is OPENAI_API_KEY"),
  cache: z
    .boolean()
    .default(true)
    .describe("keep judges' replies, and use those that are kept; --no-cache: neither"),
  allowCommands: z
    .boolean()
    .default(false)
    .describe("run commands that trials bring along as graders, on this machine, unisolated"),
  parallel: z.int().min(1).default(8).describe("commands and judges at a time"),
  rescore: z
    .boolean()
    .default(false)
    .describe("tell what grading has changed of the rewards that the trials came with"),
  bootstrap: z
    .int()
    .min(100)
    .optional()
    .describe("rounds of a bootstrap, for the intervals; default: formulas"),
  seed: z.int().default(0).describe("seed of the bootstrap"),
  lint: z
    .boolean()
    .default(false)
    .describe("read the trajectory files of the store too, for more findings"),
  variant: z.string().optional().describe("variant of the trials in FILE, where it does not say"),
  model: z.string().optional().describe("model of the trials in FILE, where it does not say"),
  summaryOnly: z.boolean().default(false).describe("write summaries and findings, not the trials"),
});
export type Flags = z.infer<typeof flags>;
