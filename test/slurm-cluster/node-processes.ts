import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

/** Slurm's keeper of a job writes into the log of its node, and overwrites its own environment. */
function keepsJob(process: string, log: string): boolean {
  if (attempt(() => readlinkSync(join(process, "exe")))?.includes("slurmstepd") !== true)
    return false;
  const descriptors = attempt(() => readdirSync(join(process, "fd"))) ?? [];
  return descriptors.some(
    (number) => attempt(() => readlinkSync(join(process, "fd", number))) === log,
  );
}

function runsInJob(process: string, folder: string, node: string): boolean {
  const environment = attempt(() => readFileSync(join(process, "environ"), "utf8"));
  const variables = new Set((environment ?? "").split("\0"));
  return (
    variables.has(`SLURMD_NODENAME=${node}`) && variables.has(`SLURM_CONF=${folder}/slurm.conf`)
  );
}

/** Pids of the jobs of one node of a cluster, and of Slurm's processes that look after them. */
export function nodeProcesses(folder: string, node: string): number[] {
  const log = join(folder, "log", node);
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const process = join("/proc", pid);
      return keepsJob(process, log) || runsInJob(process, folder, node);
    })
    .map(Number)
    .toSorted((one, other) => one - other);
}
