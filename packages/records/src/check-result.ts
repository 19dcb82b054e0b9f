import * as z from "zod";

/** What one check of a task found in one trial. Written by mx-sandbox into the trial, read by mx-score. */
export const CheckResult = z.object({
  name: z.string().describe("the check's name, or its kind and position"),
  kind: z.enum(["exit_code", "verifier", "file", "output", "json"]).describe("which kind of check"),
  passed: z
    .boolean()
    .nullable()
    .describe("the verdict; null where the check could not be run (never counted as a miss)"),
  value: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe("how much of it holds, where a verifier says so; absent: 1 where it passed, else 0"),
  weight: z.number().positive().describe("share in the reward, relative to the other checks"),
  explanation: z.string().optional().describe("what was seen, in a few words"),
});
export type CheckResult = z.infer<typeof CheckResult>;
