import type { JobSpec } from "./slurm.ts";

/** What a program needs to find things and its user, and what Slurm's commands need to find their cluster. */
const base = [
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "SHELL",
  "LANG",
  "LC_ALL",
  "SLURM_CONF",
  "SLURM_CLUSTERS",
  "SLURM_JWT",
];

function pick(env: NodeJS.ProcessEnv, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/**
 * The environment of Slurm's commands. The user's SQUEUE_* and SACCT_* would change what they print, and an outer job's
 * SLURM_* what they do, so they do not go along.
 */
export function commandEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  return { ...pick(env, base), SLURM_TIME_FORMAT: "%s" };
}

/**
 * Variables of sbatch that stand for options which are set here, that would have it wait, or have it submit where the
 * other commands do not look.
 */
const own = new Set([
  "SBATCH_ARRAY_INX",
  "SBATCH_CLUSTERS",
  "SBATCH_EXPORT",
  "SBATCH_GET_USER_ENV",
  "SBATCH_JOB_NAME",
  "SBATCH_NO_REQUEUE",
  "SBATCH_OUTPUT",
  "SBATCH_ERROR",
  "SBATCH_INPUT",
  "SBATCH_WAIT",
  "SBATCH_WAIT_ALL_NODES",
  "SBATCH_OPEN_MODE",
  "SBATCH_REQUEUE",
]);

/**
 * The environment of sbatch, which is that of the job too: it is submitted with --export=ALL out of an environment that
 * holds nothing else. Named one by one in --export, their absence would be no error, but a version or site that reads
 * such a list has the node start a login shell first, which can fail; given with their values they would be in argv.
 * A user's own defaults (SBATCH_PARTITION, SBATCH_ACCOUNT, …) hold.
 */
export function submitEnvironment(env: NodeJS.ProcessEnv, job: JobSpec): Record<string, string> {
  const defaults = Object.keys(env).filter((name) => name.startsWith("SBATCH_") && !own.has(name));
  return pick(env, [...base, ...defaults, ...(job.exports ?? [])]);
}
