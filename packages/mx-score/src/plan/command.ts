import { defineCommand, type RunContext } from "@mx/cli";
import type { AnyRecord } from "@mx/records";
import { planFlags, type PlanFlags } from "./flags.ts";
import { showRecords } from "../show-records.ts";

/** mx-score plan as data; the work is in make-plans.ts. */
export const planCommand = defineCommand({
  name: "mx-score plan",
  summary: "Say how many tasks and trials a wanted effect needs, or what effect they show.",
  description:
    "Of --effect, --tasks and --trials two give the third. How results vary comes from results of earlier runs " +
    "(two arms give omega and sigma, one gives sigma and the worst case of omega), from --omega and --sigma, or " +
    "from the --mean of passes, in the worst case. Comparisons are paired: both arms run the same tasks.",
  positionals: [
    {
      name: "results",
      describe: "one or two files or folders of results; default: stdin",
      repeat: true,
    },
  ],
  flags: planFlags,
  examples: [
    [
      "mx-score plan --effect 0.05 --mean 0.6",
      "before anything has run: tasks for 1, 2, 4, 8 trials",
    ],
    [
      "mx-score plan old.ndjson new.ndjson --effect 0.03",
      "from two arms, what a further run needs",
    ],
    ["mx-score plan --tasks 198 --omega 0.33 --sigma 0.41", "what 198 tasks can show"],
  ],
  reads: ["run", "trial"],
  forgets: () => true,
  formats: ["markdown", "csv", "json"],
  render: showRecords,
  writes: ["plan"],
  run: lazily,
});

async function* lazily(
  records: AsyncIterable<AnyRecord>,
  flags: PlanFlags,
  context: RunContext,
): AsyncGenerator<AnyRecord, number> {
  const [{ makePlans }, { readResults }] = await Promise.all([
    import("./make-plans.ts"),
    import("@mx/formats"),
  ]);
  return yield* makePlans(records, flags, context, readResults);
}
