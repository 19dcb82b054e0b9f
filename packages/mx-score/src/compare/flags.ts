import { formatNames } from "@mx/formats/names";
import * as z from "zod";
import { testNames } from "./test-names.ts";

/** What mx-score compare can be told. */
export const compareFlags = z.object({
  by: z
    .string()
    .min(1)
    .optional()
    .describe("field of trials that arms on stdin are named by; default: variant, or else model"),
  test: z
    .enum(testNames)
    .default("auto")
    .describe(
      "auto: McNemar where every task has 0 or 1 and none share a cluster; else permutation below 20 tasks or " +
        "clusters, where fewer than 10 differ, or where skewness is beyond 2; else t",
    ),
  passThreshold: z
    .number()
    .optional()
    .describe("compare passes, which have at least this reward; default: rewards as they are"),
  level: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.95)
    .describe("confidence level of the interval of the difference"),
  seed: z.int().default(0).describe("seed of the permutation test"),
  minCoverage: z
    .number()
    .min(0)
    .max(1)
    .default(0.95)
    .describe("no verdict and exit 75 where fewer trials of an arm, or tasks in both, are scored"),
  failIfWorse: z
    .boolean()
    .default(false)
    .describe("exit 1 where an arm is worse than the first: the whole interval is below -MARGIN"),
  margin: z
    .number()
    .min(0)
    .default(0)
    .describe("with --fail-if-worse: how much worse is no failure yet"),
  nonInferior: z
    .number()
    .min(0)
    .optional()
    .describe("exit 1 unless the whole interval is above minus this margin"),
  force: z
    .boolean()
    .default(false)
    .describe("compare although task, grader, image, sampling or served model differ; is recorded"),
  from: z.enum(formatNames).optional().describe("format of the files; default: by their content"),
});

/** Flags of compare, with the frame's own that it looks at. */
export type CompareFlags = z.infer<typeof compareFlags> & { onBadRecord?: "fail" | "skip" };
