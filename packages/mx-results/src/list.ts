import { defineCommand, MxError, table, type RunContext } from "@mx/cli";
import type { AnyRecord, Run } from "@mx/records";
import { mxHome, RunDirectory } from "@mx/store";
import { existsSync } from "node:fs";
import * as z from "zod";
import { newestRuns } from "./newest-runs.ts";
import { runRow, runRowHeader } from "./run-row.ts";
import { modalEnvironment, volumeMissing } from "./volume-flags.ts";
import { volumeRow, volumeRowHeader } from "./volume-row.ts";
import { VolumeRuns } from "./volume-runs.ts";

const flags = z.object({
  limit: z.int().positive().default(20).describe("how many runs, newest first"),
  volume: z
    .string()
    .min(1)
    .optional()
    .describe("the runs that mx-sandbox copied to this volume of Modal, in place of those here"),
  modalEnvironment,
});
type Flags = z.infer<typeof flags>;

/** mx-results list: the newest runs. */
export const list = defineCommand({
  name: "mx-results list",
  summary: "List the stored runs, newest first.",
  description: "A table on a terminal; in a pipe the `run` record of each.",
  flags,
  aliases: { n: "limit" },
  examples: [
    ["mx-results list", "the newest 20 runs"],
    [
      "mx-results list --limit 1000 | jq -r 'select(.state == \"incomplete\").run_id'",
      "what to resume",
    ],
    ["mx-results list --volume results", "what can be pulled"],
  ],
  run: listRecords,
  render: renderRuns,
});

async function* listRecords(
  _records: AsyncIterable<AnyRecord>,
  flags: Flags,
  context: RunContext,
): AsyncGenerator<AnyRecord, void> {
  const found = isOfVolume(flags)
    ? runsOfVolume(flags, context)
    : newestRuns(mxHome(context.env), flags.limit, noteOf(context));
  for await (const { run } of found) if (run !== null) yield run;
}

/** Reads the runs itself: the table has runs without a `run` record too, and figures of the summaries. */
async function* renderRuns(
  _records: AsyncIterable<AnyRecord>,
  flags: Flags,
  context: RunContext,
): AsyncGenerator<string> {
  const home = mxHome(context.env);
  const rows: string[][] = [];
  if (isOfVolume(flags)) {
    for await (const { id, run } of runsOfVolume(flags, context))
      rows.push(volumeRow(id, run, existsSync(RunDirectory.at(home, id).path)));
  } else {
    for await (const { directory, run } of newestRuns(home, flags.limit, noteOf(context)))
      rows.push(await runRow(directory, run, noteOf(context)));
  }
  const [place, header] = isOfVolume(flags)
    ? [`volume ${flags.volume}`, volumeRowHeader]
    : [`${home}/runs`, runRowHeader];
  yield rows.length === 0 ? `no runs in ${place}\n` : await table(header, rows);
}

/** True where the runs of a volume are asked for; MxError 2 for flags of a volume without its name. */
function isOfVolume(flags: Flags): flags is Flags & { volume: string } {
  if (flags.volume === undefined && flags.modalEnvironment !== undefined) throw volumeMissing();
  return flags.volume !== undefined;
}

/** The newest runs of a volume; their records are null where there is none, or where it is damaged, which is noted. */
async function* runsOfVolume(
  { limit, volume, modalEnvironment }: Flags & { volume: string },
  context: RunContext,
): AsyncGenerator<{ id: string; run: (AnyRecord & Run) | null }> {
  using runs = await VolumeRuns.open(context.env, { volume, modalEnvironment });
  for (const id of (await runs.ids()).slice(0, limit)) {
    const run = await runs.manifest(id).catch((error: unknown) => {
      if (!(error instanceof MxError) || error.code !== "damaged_copy") throw error;
      context.note(error.message);
      return null;
    });
    yield { id, run };
  }
}

function noteOf(context: RunContext): (text: string) => void {
  return (text) => context.note(text);
}
