import { formatNames } from "@mx/formats/names";
import * as z from "zod";

/** What mx-score attribute can be told. */
export const flags = z.object({
  judgeModel: z.string().min(1).describe("the model that judges"),
  judgeUrl: z
    .string()
    .min(1)
    .optional()
    .describe("base URL of the judge's endpoint (default: $OPENAI_BASE_URL)"),
  parallel: z.int().min(1).max(1000).default(8).describe("calls of the judge at a time"),
  passThreshold: z.number().default(1).describe("a trial failed when its reward is below this"),
  max: z
    .int()
    .min(1)
    .optional()
    .describe("so many failed trials at most, chosen by key: the same ones every time"),
  requireTrajectory: z
    .boolean()
    .default(false)
    .describe("leave out failed trials without a trajectory, and count them"),
  output: z
    .string()
    .min(1)
    .optional()
    .describe("append attributions to this file, and do not ask again for those that are in it"),
  cache: z
    .boolean()
    .default(true)
    .describe("keep the judge's replies, and use those that are kept; --no-cache: neither"),
  from: z
    .enum(formatNames)
    .optional()
    .describe("whose results FILE holds; default: found out by its content"),
});
export type Flags = z.infer<typeof flags>;
