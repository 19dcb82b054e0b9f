import { ExitCode, MxError } from "@mx/cli";
import { compressIndexes } from "./array-indexes.ts";
import type { JobSpec } from "./slurm.ts";

/** Options of sbatch that say where a job's output goes, who it is, or how sbatch answers. */
const own = new Set([
  "array",
  "chdir",
  "clusters",
  "error",
  "export",
  "export-file",
  "get-user-env",
  "help",
  "hold",
  "input",
  "job-name",
  "output",
  "parsable",
  "quiet",
  "test-only",
  "uid",
  "gid",
  "usage",
  "verbose",
  "version",
  "wait",
  "wrap",
]);

function usage(message: string, hint: string): MxError {
  return new MxError(message, { code: "slurm_option", exitCode: ExitCode.usage, hint });
}

function option(name: string, value: string): string {
  if (!/^[a-z][a-z0-9-]*$/.test(name))
    throw usage(`not an option of sbatch: ${name}`, "give its long name without dashes: partition");
  // sbatch takes the beginning of a name for the name.
  const meant = [...own].find((known) => known.startsWith(name));
  if (meant !== undefined)
    throw usage(`sbatch's --${meant} is set by mx and cannot be given`, "leave it out");
  return value === "" ? `--${name}` : `--${name}=${value}`;
}

/** Arguments of sbatch for a job whose script comes on stdin. Options are sbatch's to judge, but for those set here. */
export function sbatchArguments(job: JobSpec): string[] {
  if (!/^[A-Za-z0-9._-]+$/.test(job.name))
    throw new MxError(`not a name of a job: ${job.name}`, {
      code: "slurm_job_name",
      exitCode: ExitCode.bug,
      hint: "only letters, digits, dot, dash and underscore",
    });
  const parallel = job.array?.parallel;
  return [
    "--parsable",
    `--job-name=${job.name}`,
    `--chdir=${job.workdir}`,
    `--output=${job.output}`,
    "--export=ALL",
    ...(job.array === undefined
      ? []
      : [
          `--array=${compressIndexes(job.array.indexes)}${parallel === undefined ? "" : `%${parallel}`}`,
        ]),
    ...Object.entries(job.options).map(([name, value]) => option(name, value)),
  ];
}
