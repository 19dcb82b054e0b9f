import * as z from "zod";

/** Something that makes a score suspect. Written by mx-score. */
export const Finding = z.object({
  type: z.literal("finding").describe("the record type"),
  version: z.literal(1).describe("version of this record type"),
  code: z.string().describe("stable name: missing_trials, conflicting_duplicates, …"),
  severity: z.enum(["info", "warning", "error"]).describe("how much it matters"),
  message: z.string().describe("what was seen, for a person"),
  group: z
    .record(z.string(), z.string().nullable())
    .optional()
    .describe("the group it was seen in"),
  count: z.int().nonnegative().optional().describe("how often"),
  trials: z
    .array(
      z.object({
        task_id: z.string().describe("the task"),
        trial: z.int().nonnegative().describe("which go at the task"),
      }),
    )
    .optional()
    .describe("the trials, where there are not too many"),
  keys: z.array(z.string()).optional().describe("some of the trials, by key"),
});
export type Finding = z.infer<typeof Finding>;
