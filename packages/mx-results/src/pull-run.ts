import { mapConcurrent, type RunContext } from "@mx/cli";
import type { Artifact } from "@mx/records";
import { SeenSet } from "@mx/stats";
import { mxHome, readJournal, RunDirectory } from "@mx/store";
import { writeDurably } from "@mx/store/write-durably";
import { createReadStream, existsSync } from "node:fs";
import { hash } from "node:crypto";
import { join } from "node:path";
import { damagedCopy } from "./damaged-copy.ts";
import { isType } from "./is-type.ts";
import { differentRun, MergedJournal } from "./merged-journal.ts";
import { pullArtifact } from "./pull-artifact.ts";
import { atOnce, type VolumeRuns } from "./volume-runs.ts";

/** What a pull came to. */
export interface Pulled {
  directory: RunDirectory;
  /** Attempts, and files of theirs, that were not here. */
  attempts: number;
  files: number;
  /** Files that the run's attempts name, and that are neither here nor, whole, in the volume. */
  missing: string[];
}

const journalName = "trials.ndjson";
const attemptName = /^trials\/([0-9a-f]{64})-(\d{1,9})\.ndjson$/;

/**
 * Brings a run of a volume into the store: first the files of its attempts, then all lines of its journal at once, and
 * the run record last, so that what was cut off looks like nothing, and is gone on with by the next time. What is
 * here stays. Throws MxError 2 where the run here is another one of the same name, or is in use.
 */
export async function pullRun(
  runs: VolumeRuns,
  id: string,
  { env, stop, progress }: Pick<RunContext, "env" | "stop" | "progress">,
): Promise<Pulled> {
  const [sizes, run] = await Promise.all([runs.files(id), runs.manifest(id)]);
  const single = [...sizes.keys()].filter((path) => attemptName.test(path));
  if (run === null && single.length === 0 && !sizes.has(journalName))
    throw damagedCopy(`${runs.sourceOf(id, "")} holds nothing of a run`);
  const directory = await RunDirectory.ensure(mxHome(env), id);
  await using _lock = await directory.lock();
  const here = await directory.findManifest();
  if (here !== null && run !== null && here.started_at !== run.started_at) {
    throw differentRun(
      `run ${id} here began at ${here.started_at ?? "-"}, and the one in ${runs.place} at ${run.started_at ?? "-"}`,
    );
  }
  const temporary = join(directory.path, `.${journalName}.tmp`);
  const pulled: Pulled = { directory, attempts: 0, files: 0, missing: [] };
  const write = async (journal: MergedJournal) => {
    const { journalPath } = directory;
    if (existsSync(journalPath)) {
      await journal.addOwn(createReadStream(journalPath), journalPath);
    }
    if (sizes.has(journalName)) {
      await journal.addOther(runs.read(id, journalName), runs.sourceOf(id, journalName));
    }
    // A run that was killed, or is running, has attempts that its journal there has not.
    const rest = single.filter((path) => {
      const [, key = "", attempt] = attemptName.exec(path) ?? [];
      return !journal.has({ run_id: id, key, attempt: Number(attempt) });
    });
    const fetch = async (path: string) => ({ path, bytes: await gather(runs.read(id, path)) });
    for await (const { path, bytes } of mapConcurrent(rest, atOnce, fetch, { signal: stop })) {
      await journal.addOther(only(bytes), runs.sourceOf(id, path));
    }
    pulled.attempts = journal.added;
    const pull = async (artifact: Artifact) => ({
      artifact,
      end: await pullArtifact(directory, artifact, sizes, (path) => runs.read(id, path)),
    });
    let done = 0;
    const files = mapConcurrent(artifactsIn(temporary, id), atOnce, pull, { signal: stop });
    for await (const { artifact, end } of files) {
      progress.update((done += 1));
      if (end === "new") pulled.files += 1;
      if (end === "missing") pulled.missing.push(artifact.path);
    }
    stop.throwIfAborted();
  };
  progress.start(null, "files");
  try {
    const merge = (file: ConstructorParameters<typeof MergedJournal>[0]) =>
      write(new MergedJournal(file));
    await writeDurably(directory.journalPath, merge, temporary);
  } catch (error) {
    // What was told to end has no failure to tell of.
    stop.throwIfAborted();
    throw error;
  }
  // Of two records of one run the one that ended last counts.
  if (run !== null && (here === null || (here.ended_at ?? "") < (run.ended_at ?? ""))) {
    await directory.writeManifest(run);
  }
  return pulled;
}

/** The files that the run's own attempts name, each once. */
async function* artifactsIn(path: string, runId: string): AsyncGenerator<Artifact> {
  const seen = new SeenSet();
  for await (const record of readJournal(path, ["trial"])) {
    if (!isType(record, "trial") || record.run_id !== runId) continue;
    for (const artifact of Object.values(record.artifacts)) {
      if (seen.add(hash("sha256", artifact.path))) yield artifact;
    }
  }
}

async function gather(parts: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const part of parts) all.push(part);
  return Buffer.concat(all);
}

async function* only(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
