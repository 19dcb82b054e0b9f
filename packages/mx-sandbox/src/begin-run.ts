import type { RunContext } from "@mx/cli";
import type { AnyRecord, Run } from "@mx/records";
import type { Journal } from "@mx/store";
import { EarlierWork } from "./earlier-work.ts";
import { replay, type OpenedRun } from "./open-run.ts";
import type { ResultCopy } from "./result-copy.ts";
import { firstManifest, type RunPlace } from "./run-manifest.ts";

/** Where a run is written, and what its first record says. */
export interface RunBeginning extends Omit<RunPlace, "runId" | "before"> {
  run: OpenedRun;
  journal: Journal;
  copy: ResultCopy | null;
}

/** Writes the first record of a run and, where it goes on from another, what is there already. */
export async function* beginRun(
  { run, journal, copy, ...place }: RunBeginning,
  context: RunContext,
): AsyncGenerator<AnyRecord, { first: Run; earlier: EarlierWork }> {
  const { directory, before } = run;
  const first = firstManifest({ ...place, runId: directory.runId, before }, context);
  await directory.writeManifest(first);
  await copy?.run(first);
  yield first;
  const earlier = new EarlierWork();
  if (place.flags.resume !== undefined) yield* replay(run, journal, earlier);
  return { first, earlier };
}
