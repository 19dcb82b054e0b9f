export { compressIndexes, expandIndexes } from "./array-indexes.ts";
export { isOver } from "./job-state.ts";
export { openSlurm, type SlurmOptions } from "./open-slurm.ts";
export { sbatchArguments } from "./sbatch-arguments.ts";
export { shellQuote } from "../modal/shell-quote.ts";
export type { ArrayElement, Job, JobSpec, JobState, Slurm, SlurmLimits } from "./slurm.ts";
