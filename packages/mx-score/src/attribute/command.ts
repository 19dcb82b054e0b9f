import { defineCommand } from "@mx/cli";
import { flags } from "./flags.ts";
import { showRecords } from "../show-records.ts";

/** mx-score attribute as data; the work is in attribute-trials.ts. */
export const attributeCommand = defineCommand({
  name: "mx-score attribute",
  summary: "Ask a judge who was at fault for each failed trial: agent, user or environment.",
  description:
    "Reads scored trials, from stdin or from files, and asks about those whose reward is below the pass threshold: " +
    "who was at fault, and what the agent did wrong where it was the agent. Writes an attribution per failed trial, " +
    "then the shares as findings. Attempts that are no result (infra_error, cancelled, budget) are never anybody's " +
    "fault. The endpoint is OPENAI_BASE_URL with the key in OPENAI_API_KEY. Exit 75 where a reply is missing or " +
    "cannot be read: the same command asks for those again.",
  flags,
  positionals: [{ name: "file", describe: "results of mx or of another system", repeat: true }],
  examples: [
    [
      "mx-score < trials.ndjson | mx-score attribute --judge-model gpt-5-mini --output faults.ndjson",
      "ask about every failed trial; run it again to go on",
    ],
    [
      "mx-score attribute --from tau-bench --judge-model gpt-5-mini --max 20 results.json",
      "a sample of 20 from another system's results",
    ],
  ],
  reads: ["trial", "attribution"],
  formats: ["markdown", "csv", "json"],
  render: showRecords,
  writes: ["attribution", "finding"],
  async *run(records, given, context) {
    const { attributeTrials } = await import("./attribute-trials.ts");
    return yield* attributeTrials(records, given, context);
  },
});
