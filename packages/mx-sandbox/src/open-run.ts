import { isResult, type AnyRecord, type Run, type Trial } from "@mx/records";
import { mxHome, newRunId, RunDirectory, type Journal } from "@mx/store";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readTrials, type EarlierWork } from "./earlier-work.ts";
import type { Flags } from "./flags.ts";

/** Where a run is kept, and what it goes on from. */
export interface OpenedRun {
  directory: RunDirectory;
  /** Record of the run that is resumed; null: a new one, or one that was killed before it wrote any. */
  before: Run | null;
  /** File of trials to go on from, for a new run; null: none, or the run's own journal. */
  file: string | null;
}

/** A new run's directory, or that of the run to resume. Throws MxError 2 where there is no such run. */
export async function openRun(flags: Flags, env: NodeJS.ProcessEnv): Promise<OpenedRun> {
  const home = mxHome(env);
  const { resume } = flags;
  if (resume !== undefined && !existsSync(resume)) {
    const directory = await RunDirectory.open(home, resume);
    return { directory, before: await directory.findManifest(), file: null };
  }
  const directory = await RunDirectory.create(home, flags.runId ?? newRunId());
  return { directory, before: null, file: resume ?? null };
}

/**
 * What is there already, so that the stream of a resumed run is whole. Results of a file become the new run's
 * own.
 */
export async function* replay(
  { directory, file }: OpenedRun,
  journal: Journal,
  earlier: EarlierWork,
): AsyncGenerator<Trial & AnyRecord> {
  const trials = file === null ? directory.trials() : readTrials(file);
  for await (const trial of trials) {
    const isFirst = earlier.add(trial);
    if (isResult(trial.outcome) && !isFirst) continue;
    if (file !== null) await journal.append(trial);
    yield trial as Trial & AnyRecord;
  }
}

/** What jobs of a cluster have done for a run since nobody followed them. Throws MxError 2 where one is at work. */
export async function* adopt(
  { directory }: OpenedRun,
  journal: Journal,
  earlier: EarlierWork,
): AsyncGenerator<Trial & AnyRecord> {
  if (!existsSync(join(directory.path, "slurm"))) return;
  const { adoptShards } = await import("./slurm/adopt-shards.ts");
  yield* adoptShards(directory, journal, earlier);
}
