import type { SlurmLimits } from "./slurm.ts";

/** What is read of a cluster's configuration. */
export interface ClusterConfig {
  version: string;
  /** True where sacct knows of jobs that squeue has forgotten. */
  accounting: boolean;
  limits: SlurmLimits;
}

/** Reads `scontrol show config`: lines of the form `MaxArraySize            = 1001`. */
export function parseConfig(text: string): ClusterConfig {
  const values = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [, name, value] = /^(\S+)\s*= (.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) values.set(name, value.trim());
  }
  const number = (name: string) => {
    const value = Number.parseInt(values.get(name) ?? "", 10);
    return Number.isNaN(value) ? null : value;
  };
  return {
    version: values.get("SLURM_VERSION") ?? "unknown",
    accounting: /slurmdbd|mysql/.test(values.get("AccountingStorageType") ?? ""),
    // Slurm's own defaults, where a version says less.
    limits: {
      maxArraySize: number("MaxArraySize") ?? 1001,
      maxJobs: number("MaxJobCount"),
      minJobAgeS: number("MinJobAge") ?? 300,
    },
  };
}
