import { defineCommand } from "@mx/cli";
import type { AnyRecord, Finding, Summary } from "@mx/records";
import { mxHome } from "@mx/store";
import * as z from "zod";
import { findingLines } from "./finding-lines.ts";
import { isType } from "./is-type.ts";
import { NewestByGroup } from "./newest-by-group.ts";
import { RecordStore } from "./record-store.ts";
import { summaryTable } from "./summary-table.ts";

/** mx-results add: records of a pipe into the store, and on. */
export const add = defineCommand({
  name: "mx-results add",
  summary: "Keep the records on stdin with their runs; pass every one on.",
  description:
    "run, trial, summary, finding, request and mcp_call records go into $MX_HOME/runs/<run_id>/; others only pass. A line " +
    "that is there already is not added again, so adding a stream twice changes nothing. Runs made elsewhere get " +
    "a folder. On a terminal a table of the summaries comes at the end.",
  flags: z.object({}),
  reads: ["run", "trial", "summary", "finding", "request", "mcp_call"],
  examples: [
    [
      "mx-sandbox --batch smoke.json --model gpt-5-mini | mx-score | mx-results add",
      "score a run and keep it",
    ],
    ["cat shard-*.ndjson | mx-score | mx-results add", "merge what was run on several machines"],
  ],
  run: addRecords,
  render: renderSummaries,
});

async function* addRecords(
  records: AsyncIterable<AnyRecord>,
  _flags: unknown,
  { env }: { env: NodeJS.ProcessEnv },
): AsyncGenerator<AnyRecord, void> {
  const store = new RecordStore(mxHome(env));
  try {
    for await (const record of records) {
      await store.add(record);
      yield record;
    }
  } finally {
    // Also where the input broke off or nobody reads any more: what came in is kept.
    await store.close();
  }
}

async function* renderSummaries(records: AsyncIterable<AnyRecord>): AsyncGenerator<string> {
  const summaries = new NewestByGroup<Summary>();
  const findings = new NewestByGroup<Finding>();
  for await (const record of records) {
    if (isType(record, "summary")) summaries.add(record);
    if (isType(record, "finding")) findings.add(record, record.code);
  }
  if (summaries.size > 0) yield await summaryTable(summaries.sorted());
  yield findingLines(findings.sorted());
}
