import { ExitCode, MxError } from "@mx/cli";
import type { AnyRecord, Run, Trial } from "@mx/records";
import { mxHome, readJournal, RunDirectory } from "@mx/store";
import { existsSync, statSync } from "node:fs";
import type { CellTally } from "./cell-tally.ts";

/** Counts the runs and trials of a stream. */
export async function addRecords(
  records: AsyncIterable<AnyRecord>,
  tally: CellTally,
): Promise<void> {
  for await (const record of records) {
    if (record.type === "run") tally.addRun(record as AnyRecord & Run);
    if (record.type === "trial") tally.addTrial(record as AnyRecord & Trial);
  }
}

/** Counts what a file holds, or a run of the store: an id, the beginning of one, or `last`. */
export async function addResults(
  name: string,
  env: NodeJS.ProcessEnv,
  tally: CellTally,
): Promise<void> {
  if (existsSync(name)) {
    if (statSync(name).isDirectory()) {
      throw new MxError(`--results ${name} is a folder`, {
        code: "usage",
        exitCode: ExitCode.usage,
        hint: "give a file of records, or the id of a run",
      });
    }
    return addRecords(readJournal(name, ["run", "trial"]), tally);
  }
  const directory = await RunDirectory.open(mxHome(env), name);
  const run = await directory.findManifest();
  if (run !== null) tally.addRun(run);
  return addRecords(directory.trials(), tally);
}
