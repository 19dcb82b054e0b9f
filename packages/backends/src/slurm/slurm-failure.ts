import { ExitCode, MxError } from "@mx/cli";

/**
 * What Slurm's commands say where the controller was not reached, or had too much to do (slurm_errno.c), and what is said
 * of one that was killed: it may answer in a moment. Whether it took a request whose answer was lost cannot be known.
 */
const passing =
  /was ended by SIG|Socket timed out|Unable to contact slurm controller|Zero Bytes were transmitted|Transport endpoint|Connection (refused|reset|timed out)|Unable to establish controller|Resource temporarily unavailable|temporarily unable|Slurm backup controller in standby|Slurm controller not responding|Protocol authentication error|Munge encode failed/i;

/** True where the same command may succeed in a moment. */
export function isPassing(stderr: string): boolean {
  return passing.test(stderr);
}

/** What Slurm said, on one line, without the name of its program before each. */
export function slurmMessage(stderr: string): string {
  return stderr
    .split("\n")
    .map((line) => line.replace(/^[a-z]+: (?:error: |fatal: )?/, "").trim())
    .filter((line) => line !== "")
    .join("; ");
}

/** A command of Slurm that is not there. */
export function noSlurm(program: string, cause: unknown): MxError {
  return new MxError(`${program} is not there`, {
    code: "slurm_missing",
    exitCode: ExitCode.unavailable,
    hint: "run this where Slurm's commands are on PATH, such as a login node of the cluster",
    cause,
  });
}

/** A command of Slurm that failed, as an error for people. */
export function slurmFailure(program: string, stderr: string): MxError {
  const said = slurmMessage(stderr) || "no reason given";
  if (isPassing(stderr))
    return new MxError(`the Slurm controller cannot be reached: ${said}`, {
      code: "slurm_unreachable",
      exitCode: ExitCode.unavailable,
      hint: "`scontrol ping` says whether it is up",
    });
  const wrongOption =
    /unrecognized option|is ambiguous|requires an argument|doesn't allow an argument|Invalid --/i;
  if (wrongOption.test(stderr))
    return new MxError(`${program} does not take this: ${said}`, {
      code: "slurm_option",
      exitCode: ExitCode.usage,
      hint: "`sbatch --help` lists the options of this cluster's version",
    });
  return new MxError(`${program} was refused: ${said}`, {
    code: "slurm_refused",
    exitCode: ExitCode.unavailable,
    hint: "`sinfo` lists partitions and their limits; `sacctmgr show assoc user=$USER` lists accounts and QOS",
  });
}
