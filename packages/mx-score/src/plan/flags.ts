import { formatNames } from "@mx/formats/names";
import * as z from "zod";

const deviation = (what: string) => z.number().min(0).optional().describe(what);

/** What mx-score plan can be told. */
export const planFlags = z.object({
  effect: z
    .number()
    .positive()
    .optional()
    .describe("smallest difference of the means that is to be seen, such as 0.05"),
  tasks: z
    .int()
    .min(2)
    .optional()
    .describe("tasks that both arms run; default: those in the results"),
  trials: z.int().positive().optional().describe("trials per task and arm"),
  power: z.number().gt(0).lt(1).default(0.8).describe("probability to see the effect"),
  alpha: z.number().gt(0).lt(1).default(0.05).describe("two-sided probability of a false alarm"),
  omega: deviation("standard deviation of the true differences between tasks"),
  sigma: deviation("standard deviation between trials of one task, of both arms"),
  mean: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe("expected pass rate: what is not given of omega and sigma is then the worst case"),
  passThreshold: z
    .number()
    .optional()
    .describe("plan for passes, which have at least this reward; default: rewards as they are"),
  from: z.enum(formatNames).optional().describe("format of the files; default: by their content"),
});

/** Flags of plan, with the frame's own that it looks at. */
export type PlanFlags = z.infer<typeof planFlags> & { onBadRecord?: "fail" | "skip" };
