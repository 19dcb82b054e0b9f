import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runBin, type Ended } from "./run-bin.ts";
import type { SlurmCluster } from "./slurm-cluster.ts";
import { until, type UntilOptions } from "./until.ts";

/** What mx-sandbox keeps of a job array. */
export interface KeptSubmission {
  id: string | null;
  name: string;
  shards: number[];
}

/** A folder that all nodes of a cluster share, with a store of its own, for the runs of one test. The run is named `run`. */
export interface SlurmRuns {
  folder: string;
  /** Where the run is kept. */
  runFolder: string;
  /** For programs: the cluster and the store. */
  env: Record<string, string>;
  /** mx-sandbox --backend slurm. */
  run: (args: string[]) => Promise<Ended>;
  /** A file of so many tasks. */
  tasksFile: (length: number) => string;
  submissions: () => KeptSubmission[];
  /** Trials in the journals of all elements. */
  done: () => number;
  /** What squeue says of the run's jobs, a line each. */
  jobs: (...options: string[]) => Promise<string[]>;
  /** Arguments for an agent that writes its trial's name and takes so long; only `process` lets it out of its sandbox. */
  witness: (seconds: number) => string[];
  /** Names of the trials whose agent was started. */
  started: () => string[];
}

function linesOf(path: string): string[] {
  return existsSync(path) ? readFileSync(path, "utf8").split("\n").filter(Boolean) : [];
}

/** Makes the folder; it is gone with the cluster. */
export function slurmRuns(cluster: SlurmCluster): SlurmRuns {
  const folder = mkdtempSync(join(cluster.folder, "shared", "test-"));
  const runFolder = join(folder, "home", "runs", "run");
  const env = { ...cluster.env, MX_HOME: join(folder, "home"), HOME: folder };
  const shards = join(runFolder, "slurm", "shards");
  const kept = join(runFolder, "slurm", "submissions");
  const witnessed = join(folder, "witness");
  const list = (path: string) => (existsSync(path) ? readdirSync(path) : []);
  const submissions = () =>
    list(kept)
      .filter((name) => name.endsWith(".json"))
      .map((name) => JSON.parse(readFileSync(join(kept, name), "utf8")) as KeptSubmission);
  return {
    folder,
    runFolder,
    env,
    run: (args) => runBin("mx-sandbox", ["--backend", "slurm", ...args], env),
    tasksFile(length) {
      const path = join(folder, "tasks.ndjson");
      const tasks = Array.from({ length }, (_, n) => ({ id: `t${n}`, prompt: `${n}` }));
      writeFileSync(path, tasks.map((task) => `${JSON.stringify(task)}\n`).join(""));
      return path;
    },
    submissions,
    done: () =>
      list(shards).reduce(
        (sum, shard) => sum + linesOf(join(shards, shard, "runs/run/trials.ndjson")).length,
        0,
      ),
    async jobs(...options) {
      const names = submissions().map(({ name }) => name);
      if (names.length === 0) return [];
      const said = await cluster.command("squeue", "-h", "-r", "-n", names.join(","), ...options);
      return said.split("\n").filter(Boolean);
    },
    witness: (seconds) => [
      "--slurm.backend=process",
      "--",
      "sh",
      "-c",
      `echo $0 >> ${witnessed}; sleep ${seconds}; echo $0`,
      "{id}",
    ],
    started: () => linesOf(witnessed),
  };
}

/** As `until`, for a minute, or until the program has ended. */
export const untilOf = (
  what: string,
  holds: () => boolean | Promise<boolean>,
  program: NonNullable<UntilOptions["program"]>,
) => until(what, holds, { seconds: 60, program });
