export type { ArrayElement, Job, JobSpec, JobState, Slurm, SlurmLimits } from "./slurm.ts";
