import * as z from "zod";

/** Whose call it was, in the records of calls: what the trial key says. Null: it came with the admin key, or none. */
export const callerFields = {
  run_id: z.string().nullable().describe("from the trial key; null: called without one"),
  key: z
    .string()
    .nullable()
    .describe("the trial's key, from the trial key; null: called without one"),
  attempt: z.int().nonnegative().nullable().describe("the trial's attempt, from the trial key"),
  task_id: z.string().nullable().describe("the trial's task, from the trial key"),
  trial: z.int().nonnegative().nullable().describe("the trial's index, from the trial key"),
};
