import * as z from "zod";

/** One cell of a grid of settings, as an element of a job array runs it. Written by `mx-sandbox grid`. */
export const Cell = z.object({
  type: z.literal("cell").describe("the record type"),
  version: z.literal(1).describe("version of this record type"),
  index: z.int().nonnegative().describe("its number, with the last dimension going round fastest"),
  cell: z
    .record(z.string(), z.string())
    .describe("dimension -> value, in the order they were given"),
  state: z
    .enum(["owed", "done"])
    .optional()
    .describe("whether results of it are there; absent: none were given to look at"),
  trials: z.int().nonnegative().optional().describe("trials of it that have a result"),
  planned: z.int().positive().optional().describe("trials of it that are wanted"),
});
export type Cell = z.infer<typeof Cell>;
