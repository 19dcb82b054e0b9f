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
  /** NODE_FAIL, BOOT_FAIL, LAUNCH_FAILED, PREEMPTED, REVOKED: nothing that the job did. */
  | "lost"
  /** A word that is not known here. (A job that Slurm itself does not know any more is not listed at all.) */
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
  /** Exit status, or 128 and the signal that ended it; null: it has not ended, or never ran. */
  exitCode: number | null;
  /** When its time limit ends it, where it runs. */
  endsAt: Date | null;
  /** How often it was put back in the queue; null: known from the accounting only, which does not say. */
  restarts: number | null;
}

/** An element of an array, by the id of the array. */
export interface ArrayElement {
  id: string;
  index: number;
}

/** A job to submit. */
export interface JobSpec {
  /**
   * Unique to this submission: it is found again by it where the submitting process died before it read the id.
   * Letters, digits, dot, dash, underscore.
   */
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
  /**
   * Names of variables that go along, of the submitting environment; besides them only PATH, HOME, the user's name,
   * the language and what Slurm sets.
   */
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
  /** Submits; the id of the job or of the array. It is submitted once, also where the controller's answer got lost. */
  submit(job: JobSpec): Promise<string>;
  /**
   * What Slurm knows of these jobs, arrays and elements, one entry per element; what it does not know gives none. There
   * may be more elements of the same arrays. The accounting, where there is one, is asked about the rest only.
   */
  jobs(asked: readonly (string | ArrayElement)[]): Promise<Job[]>;
  /** Ids of jobs of this user with this name, the newest first, those that have ended too while Slurm knows them. */
  findByName(name: string): Promise<string[]>;
  /**
   * Ends jobs, arrays, or elements of them; one that has ended is no error. An element that waited may be gone at once:
   * Slurm keeps nothing of one that it never looked at by itself. With `signal`, those that run get it, all
   * their processes or their script alone, and it is theirs to end; those that wait are ended.
   */
  cancel(
    jobs: readonly (string | ArrayElement)[],
    signal?: NodeJS.Signals,
    to?: "processes" | "script",
  ): Promise<void>;
  readonly version: string;
}
