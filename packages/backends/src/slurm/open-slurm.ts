import { userInfo } from "node:os";
import { compressIndexes } from "./array-indexes.ts";
import { parseConfig } from "./cluster-config.ts";
import { commandEnvironment, submitEnvironment } from "./command-environment.ts";
import { parseSacct, sacctFormat } from "./parse-sacct.ts";
import { parseSqueue, squeueFormat } from "./parse-squeue.ts";
import { sbatchArguments } from "./sbatch-arguments.ts";
import { runOnce, runUntilReached } from "./slurm-commands.ts";
import { slurmFailure } from "./slurm-failure.ts";
import type { ArrayElement, Job, JobSpec, Slurm } from "./slurm.ts";

/** How to talk to a cluster. */
export interface SlurmOptions {
  /** Where its commands (PATH), its configuration (SLURM_CONF) and the variables that jobs get are. */
  env: NodeJS.ProcessEnv;
  /** One line for people: the controller was not reached, and is asked again. */
  note?: (text: string) => void;
  /** Ms to wait before each further try. */
  pauses?: readonly number[];
}

const patience = [500, 1000, 2000, 4000, 8000, 15_000];

function lines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}

/** Jobs and elements as scancel takes them: 12, 13_[1-4,7]. */
function cancelNames(jobs: readonly (string | ArrayElement)[]): string[] {
  const elements = new Map<string, number[]>();
  for (const job of jobs) {
    if (typeof job === "string") continue;
    const indexes = elements.get(job.id);
    if (indexes === undefined) elements.set(job.id, [job.index]);
    else indexes.push(job.index);
  }
  return [
    ...jobs.filter((job) => typeof job === "string"),
    ...[...elements].map(([id, indexes]) => `${id}_[${compressIndexes(indexes)}]`),
  ];
}

function idOf(job: string | ArrayElement): string {
  return typeof job === "string" ? job : job.id;
}

/** Reads the cluster's configuration, so a cluster that cannot be reached is an error here. */
export async function openSlurm(options: SlurmOptions): Promise<Slurm> {
  const settings = { note: options.note ?? (() => {}), pauses: options.pauses ?? patience };
  const env = commandEnvironment(options.env);
  const ask = (program: string, args: readonly string[]) =>
    runUntilReached(() => runOnce(program, args, env), program, settings);
  const must = async (program: string, args: readonly string[]) => {
    const { ok, stdout, stderr } = await ask(program, args);
    if (!ok) throw slurmFailure(program, stderr);
    return lines(stdout);
  };
  const { version, accounting, limits } = parseConfig(
    (await must("scontrol", ["show", "config"])).join("\n"),
  );

  const queued = async (filter: readonly string[]): Promise<Job[]> => {
    const args = ["--noheader", "--array", "--states=all", `--Format=${squeueFormat}`, ...filter];
    const { ok, stdout, stderr } = await ask("squeue", args);
    if (ok) return lines(stdout).flatMap((line) => parseSqueue(line) ?? []);
    // One id alone that is not known is an error; several are passed over in silence.
    if (/Invalid job id/i.test(stderr)) return [];
    throw slurmFailure("squeue", stderr);
  };
  let saidNoAccounts = false;
  const accounted = async (filter: readonly string[]): Promise<Job[]> => {
    const args = ["--noheader", "--parsable2", "--allocations", `--format=${sacctFormat}`];
    const { ok, stdout, stderr } = await ask("sacct", [...args, ...filter]);
    if (ok) return lines(stdout).flatMap(parseSacct);
    // Some sites let nobody look; what runs is known without it.
    if (!saidNoAccounts)
      settings.note(`${slurmFailure("sacct", stderr).message}; going on without`);
    saidNoAccounts = true;
    return [];
  };

  const slurm: Slurm = {
    version,
    limits: () => Promise.resolve(limits),
    async submit(job: JobSpec) {
      const args = sbatchArguments(job);
      const script = job.script.startsWith("#!") ? job.script : `#!/bin/sh\n${job.script}`;
      const { ok, stdout, stderr } = await runUntilReached(
        () => runOnce("sbatch", args, submitEnvironment(options.env, job), script),
        "sbatch",
        settings,
        // An answer that was lost may have been that the job is in the queue.
        async () => (await slurm.findByName(job.name))[0] ?? null,
      );
      const id = /^(\d+)/m.exec(stdout)?.[1];
      if (!ok || id === undefined) throw slurmFailure("sbatch", stderr);
      return id;
    },
    async jobs(asked) {
      if (asked.length === 0) return [];
      const ids = [...new Set(asked.map(idOf))];
      const known = await queued([`--jobs=${ids.join(",")}`]);
      if (!accounting) return known;
      const found = new Set(known.map(({ id, index }) => `${id}_${index}`));
      const missing = asked.filter((job) =>
        typeof job === "string" ? !found.has(`${job}_null`) : !found.has(`${job.id}_${job.index}`),
      );
      if (missing.length === 0) return known;
      const ended = await accounted([`--jobs=${[...new Set(missing.map(idOf))].join(",")}`]);
      return [...known, ...ended.filter(({ id, index }) => !found.has(`${id}_${index}`))];
    },
    async findByName(name) {
      const found = await queued([`--user=${userInfo().uid}`, `--name=${name}`]);
      if (accounting) {
        const filter = [`--user=${userInfo().uid}`, `--name=${name}`, "--starttime=now-14days"];
        found.push(...(await accounted(filter)));
      }
      const ids = new Set(found.filter((job) => job.name === name).map(({ id }) => id));
      return [...ids].toSorted((one, other) => Number(other) - Number(one));
    },
    async cancel(jobs, signal, to = "processes") {
      const names = cancelNames(jobs);
      if (names.length === 0) return;
      const calls =
        signal === undefined
          ? [["--quiet"]]
          : [
              ["--quiet", "--state=PENDING"],
              [
                "--quiet",
                to === "script" ? "--batch" : "--full",
                `--signal=${signal.replace(/^SIG/, "")}`,
              ],
            ];
      for (const args of calls) {
        const { ok, stderr } = await ask("scancel", [...args, ...names]);
        if (!ok && !/Invalid job id|already (completing|completed)/i.test(stderr))
          throw slurmFailure("scancel", stderr);
      }
    },
  };
  return slurm;
}
