import * as z from "zod";

/** One thing that was looked at to see whether a run can work here. Written by `doctor` and `--check`. */
export const DoctorCheck = z.object({
  type: z.literal("check").describe("the record type"),
  version: z.literal(1).describe("version of this record type"),
  name: z.string().min(1).describe("what was looked at"),
  phase: z.string().describe("group of checks that it belongs to"),
  ok: z.boolean().describe("true: nothing to do"),
  not_run: z
    .literal(true)
    .optional()
    .describe("there: it was not looked at, so that `ok` is false; `detail` says why"),
  detail: z.string().describe("what was seen"),
  fix: z.string().optional().describe("what to do about it"),
});
export type DoctorCheck = z.infer<typeof DoctorCheck>;
