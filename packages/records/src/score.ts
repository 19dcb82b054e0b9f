import * as z from "zod";

/** What made a score. Two scores are comparable when their graders are the same. */
export const Grader = z.object({
  name: z.string().describe("which grader"),
  version: z.string().describe("version of the grader"),
  digest: z
    .string()
    .optional()
    .describe("SHA-256, hex, of the grader's own settings, where it has any"),
});
export type Grader = z.infer<typeof Grader>;

/** One judgement of one trial by one grader. */
export const Score = z.object({
  value: z.number().nullable().describe("the judgement; null: could not be made, which is not 0"),
  explanation: z.string().optional().describe("why, for a person"),
  grader: Grader.describe("what made it"),
  weight: z.number().positive().optional().describe("share in the reward; default 1"),
  votes: z
    .array(z.number().nullable())
    .optional()
    .describe("what a judge said each time; null: could not be read"),
  cost_usd: z
    .number()
    .nonnegative()
    .nullable()
    .optional()
    .describe(
      "price of the judge's calls; 0 from the cache; null: unknown; absent: free of charge",
    ),
});
export type Score = z.infer<typeof Score>;
