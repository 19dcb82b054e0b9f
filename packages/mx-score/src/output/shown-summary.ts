import { Summary } from "@mx/records";
import * as z from "zod";

const metric = z.number().nullable();
const ends = z.object({ low: metric, high: metric });

/** A field that a summary may have; one that is not as expected is not shown, which is no reason to hide the rest. */
const maybe = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);

/** A summary as it is shown, with the fields that older ones have not. */
export const ShownSummary = Summary.extend({
  min_coverage: maybe(z.number()),
  complete: maybe(z.boolean()),
  graders: maybe(
    z.array(z.object({ name: z.string(), version: z.string(), digest: z.string().optional() })),
  ),
  scores: maybe(
    z.record(z.string(), z.object({ mean: metric, scored: z.int(), missing: z.int() })),
  ),
  clusters: maybe(z.int().nullable()),
  rerun_interval: maybe(ends.extend({ level: z.number(), method: z.string() })),
  pass_at_k_interval: maybe(z.record(z.string(), ends)),
  pass_hat_k_interval: maybe(z.record(z.string(), ends)),
  grading_cost_usd: maybe(metric),
});
export type ShownSummary = z.infer<typeof ShownSummary>;
