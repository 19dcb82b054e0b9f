import { ExitCode, MxError } from "@mx/cli";
import type { AnyRecord, Trial } from "@mx/records";
import type { Journal, RunDirectory } from "@mx/store";
import { lockHolder } from "@mx/store/lock-file";
import type { EarlierWork } from "../earlier-work.ts";
import { Shard } from "./shard.ts";

/**
 * What elements of a run have done since nobody followed them, for a run that goes on with another backend: their
 * attempts become the run's own, and elements that have not started yet find nothing to do. Throws MxError 2 where
 * one is at work.
 */
export async function* adoptShards(
  directory: RunDirectory,
  journal: Journal,
  earlier: EarlierWork,
): AsyncGenerator<Trial & AnyRecord> {
  for (const shard of await Shard.all(directory.path)) {
    const holder = await lockHolder(shard.lockPath);
    if (holder !== null && holder !== "gone") throw atWork(shard, holder.host);
    await shard.release();
    for await (const trial of shard.directory(directory.runId).trials()) {
      if (earlier.has(trial.key)) continue;
      if (trial.attempt < (earlier.attemptsAt(trial.key) ?? 0)) continue;
      earlier.add(trial);
      await journal.append(trial);
      yield trial;
    }
  }
}

function atWork(shard: Shard, host: string): MxError {
  return new MxError(`a job of this run is at work on ${host}`, {
    code: "run_locked",
    exitCode: ExitCode.usage,
    hint: `go on with --backend slurm, or scancel the run's jobs; if ${host} is gone, delete ${shard.lockPath}`,
  });
}
