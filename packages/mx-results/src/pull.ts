import { defineCommand, ExitCode, MxError, oneLine, type RunContext } from "@mx/cli";
import type { AnyRecord } from "@mx/records";
import { mxHome, RunDirectory } from "@mx/store";
import * as z from "zod";
import { isType } from "./is-type.ts";
import { pullRun } from "./pull-run.ts";
import { runHeader } from "./run-header.ts";
import { modalEnvironment, volumeMissing } from "./volume-flags.ts";
import { VolumeRuns } from "./volume-runs.ts";

const flags = z.object({
  volume: z
    .string()
    .min(1)
    .optional()
    .describe("volume of Modal that mx-sandbox copied the run to (--modal-results-volume)"),
  modalEnvironment,
});
type Flags = z.infer<typeof flags>;

/** mx-results pull: a run of a volume into the store. */
export const pull = defineCommand({
  name: "mx-results pull",
  summary: "Bring a run that was copied to a volume of Modal into the store.",
  description:
    "What is here with the same content stays, attempts that are only here too: a pull that was cut off, or was made " +
    "while the run went on, is gone on with by the same command. Another run of the same name is an error. Writes " +
    "the `run` record.",
  flags,
  positionals: [
    { name: "run", describe: "an id, the beginning of one, or `last`", required: true },
  ],
  examples: [
    ["mx-results pull last --volume results", "the newest run there"],
    ["mx-results pull 20260214-103000 --volume results | jq .state", "one run, and how it ended"],
  ],
  run: pullRecords,
  render: renderPulled,
});

async function* pullRecords(
  _records: AsyncIterable<AnyRecord>,
  { volume, ...where }: Flags,
  context: RunContext,
): AsyncGenerator<AnyRecord, void> {
  if (volume === undefined) throw volumeMissing();
  using runs = await VolumeRuns.open(context.env, { volume, ...where });
  const id = await runs.find(context.positionals[0] ?? "");
  const { directory, attempts, files, missing } = await pullRun(runs, id, context);
  context.note(`run ${id}: ${attempts} attempts and ${files} files are new here`);
  const run = await directory.findManifest();
  if (run !== null) yield run;
  const [first, ...others] = missing;
  if (first === undefined) return;
  const more = others.length === 0 ? "" : ` and ${others.length} others`;
  throw new MxError(`${runs.place} has no whole copy of ${oneLine(first, 200)}${more}`, {
    code: "copy_incomplete",
    exitCode: ExitCode.badData,
    hint: "all else is here; files that mx-sandbox could not copy are on the machine that it ran on",
  });
}

async function* renderPulled(
  records: AsyncIterable<AnyRecord>,
  _flags: Flags,
  { env }: RunContext,
): AsyncGenerator<string> {
  for await (const record of records) {
    if (isType(record, "run")) yield await runHeader(RunDirectory.at(mxHome(env), record.run_id));
  }
}
