import { defineCommand } from "@mx/cli";
import { attributeCommand } from "./attribute/command.ts";
import { compareCommand } from "./compare/command.ts";
import { planCommand } from "./plan/command.ts";
import { flags } from "./flags.ts";
import { showRecords } from "./show-records.ts";
import { writesTrials } from "./score-settings.ts";

/** mx-score as data; the work is in score-trials.ts. */
export const command = defineCommand({
  name: "mx-score",
  summary:
    "Grade trials and sum them up; write each trial with its score, then findings and summaries.",
  description:
    "A trial's reward is the weighted mean of its checks and graders; results of other systems keep the reward they " +
    "came with. Attempts that are no result (infra_error, cancelled, budget) and what could not be graded are not " +
    "scored: they lower coverage and widen the bounds, and are never counted as 0.",
  flags,
  positionals: [
    {
      name: "file",
      describe:
        "files or folders of results, of mx or of another system; default: records on stdin",
      repeat: true,
    },
  ],
  examples: [
    [
      "mx-sandbox --batch smoke.json --model gpt-5-mini --trials 4 | mx-score --k 1,4",
      "pass@k and pass^k for k = 1 and 4",
    ],
    [
      "cat shard-*/trials.ndjson | mx-score --summary-only",
      "shards merge by concatenation, in any order",
    ],
    [
      "mx-score results.json --k 1,2,3,4 --format table",
      "results of tau-bench, tau2, verifiers, Inspect, Harbor or goat",
    ],
    [
      "mx-score --grader numeric:0.01 --grader judge:rubric.md --judge-model gpt-5-mini < trials.ndjson",
      "grade stored trials in another way",
    ],
    ["mx-score --fail-under 0.8 < trials.ndjson > /dev/null", "a gate for CI"],
  ],
  reads: ["run", "trial"],
  writes: ["run", "scored-trial", "finding", "summary"],
  forgets: (flags, context) => !writesTrials(flags, context),
  subcommands: { compare: compareCommand, plan: planCommand, attribute: attributeCommand },
  formats: ["markdown", "csv", "json"],
  render: showRecords,
  async *run(records, given, context) {
    const { scoreTrials } = await import("./score-trials.ts");
    return yield* scoreTrials(records, given, context);
  },
});
