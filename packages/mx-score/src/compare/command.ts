import { defineCommand, type RunContext } from "@mx/cli";
import type { AnyRecord } from "@mx/records";
import { compareFlags, type CompareFlags } from "./flags.ts";
import { showRecords } from "../show-records.ts";

/** mx-score compare as data; the work is in compare-arms.ts. */
export const compareCommand = defineCommand({
  name: "mx-score compare",
  summary: "Compare arms on the same tasks, the first with each of the others.",
  description:
    "An arm is a file or folder of results, of mx or of another system; where there is no such path, a variant or " +
    "model on stdin; and - is all of stdin. Tasks that are scored in both arms are paired by the mean of their " +
    "trials; what is left out, and why, is in the record. Arms whose tasks, graders, images, sampling or served " +
    "models differ are refused. p_adjusted is by Holm over all arms; gates look at the interval. With few or " +
    "lopsided differences the p-value is that of a sign-flip permutation test.",
  positionals: [
    { name: "a", describe: "the arm that the others are compared with", required: true },
    { name: "b", describe: "arms to compare with it", required: true, repeat: true },
  ],
  flags: compareFlags,
  examples: [
    ["mx-score compare old.ndjson new.ndjson", "two stored runs"],
    [
      "mx-sandbox --ab --batch tasks.json --model gpt-5-mini | mx-score compare baseline skills",
      "arms of one run",
    ],
    [
      "mx-score compare main.ndjson branch.ndjson --non-inferior 0.02 > /dev/null",
      "a gate for CI: exit 1 unless at most 2 points are lost",
    ],
  ],
  reads: ["run", "trial"],
  forgets: () => true,
  formats: ["markdown", "csv", "json"],
  render: showRecords,
  writes: ["comparison", "finding"],
  run: lazily,
});

async function* lazily(
  records: AsyncIterable<AnyRecord>,
  flags: CompareFlags,
  context: RunContext,
): AsyncGenerator<AnyRecord, number> {
  const [{ compareArms }, { readResults }] = await Promise.all([
    import("./compare-arms.ts"),
    import("@mx/formats"),
  ]);
  return yield* compareArms(records, flags, context, readResults);
}
