/** States of a job that mx tells apart; Slurm's own word is in `Job.reported`. */
export type JobState =
  /** PENDING, REQUEUED, CONFIGURING. */
  | "pending"
  /** RUNNING, COMPLETING, SUSPENDED. */
  | "running"
  /** COMPLETED with exit status 0. */
  | "done"
  /** FAILED, OUT_OF_MEMORY, and COMPLETED with another status. */
  | "failed"
  | "cancelled"
  | "timeout"
  /** NODE_FAIL, BOOT_FAIL, PREEMPTED: nothing that the job did. */
  | "lost"
  /** Slurm does not know it any more: it ended longer ago than MinJobAge, and there is no accounting. */
  | "unknown";

/** One job, or one element of an array. */
export interface Job {
  /** Of the array as a whole, where it is an element. */
  id: string;
  /** Null: no element of an array. */
  index: number | null;
  name: string;
  state: JobState;
  /** As Slurm says it, such as NODE_FAIL. */
  reported: string;
  /** Why it waits or ended, where Slurm says so. */
  reason: string | null;
  /** First node it runs on. */
  node: string | null;
  exitCode: number | null;
  /** When its time limit ends it, where it runs. */
  endsAt: Date | null;
  restarts: number;
}

/** An element of an array, by the id of the array. */
export interface ArrayElement {
  id: string;
  index: number;
}

/** A job to submit. */
export interface JobSpec {
  /** Unique to this submission: it is found again by it where the submitting process died before it read the id. */
  name: string;
  /** A shell script without directives; $SLURM_ARRAY_TASK_ID and what else Slurm sets are there. */
  script: string;
  /** Absolute, on a file system that the nodes share. */
  workdir: string;
  /** Path of stdout and stderr, with Slurm's patterns %A, %a, %j. */
  output: string;
  /** Long options of sbatch without the dashes: partition, time, gres, … An empty value is a flag alone. */
  options: Record<string, string>;
  /** Indexes of the array; absent: a single job. */
  array?: { indexes: readonly number[]; parallel?: number };
  /** Names of variables that go along, of the submitting environment; nothing else does but what Slurm sets. */
  exports?: readonly string[];
}

export interface SlurmLimits {
  /** Largest index of an array plus one. */
  maxArraySize: number;
  /** Most jobs that may be in the queue, elements counted one by one; null: not known. */
  maxJobs: number | null;
  /** Seconds for which Slurm knows a job that has ended. */
  minJobAgeS: number;
}

/** The cluster that sbatch, squeue, scontrol and scancel talk to. Failures are MxErrors, 69 where it cannot be reached. */
export interface Slurm {
  limits(): Promise<SlurmLimits>;
  /** Submits; the id of the job or of the array. */
  submit(job: JobSpec): Promise<string>;
  /** What Slurm knows of these jobs, one entry per element of an array; an unknown id gives none. */
  jobs(ids: readonly string[]): Promise<Job[]>;
  /** Ids of jobs of this user with this name, the newest first, those that have ended too while Slurm knows them. */
  findByName(name: string): Promise<string[]>;
  /** Ends jobs, arrays, or elements of them; one that has ended is no error. */
  cancel(jobs: readonly (string | ArrayElement)[], signal?: NodeJS.Signals): Promise<void>;
  readonly version: string;
}
