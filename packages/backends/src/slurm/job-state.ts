import type { JobState } from "./slurm.ts";

/** Slurm's words (man squeue, JOB STATE CODES), 22.05 to 25.05. */
const states: Record<string, JobState> = {
  PENDING: "pending",
  CONFIGURING: "pending",
  POWER_UP_NODE: "pending",
  REQUEUED: "pending",
  REQUEUE_FED: "pending",
  REQUEUE_HOLD: "pending",
  RESV_DEL_HOLD: "pending",
  SPECIAL_EXIT: "pending",
  RUNNING: "running",
  COMPLETING: "running",
  RESIZING: "running",
  SIGNALING: "running",
  STAGE_OUT: "running",
  STOPPED: "running",
  SUSPENDED: "running",
  UPDATE_DB: "running",
  COMPLETED: "done",
  FAILED: "failed",
  OUT_OF_MEMORY: "failed",
  CANCELLED: "cancelled",
  TIMEOUT: "timeout",
  DEADLINE: "timeout",
  BOOT_FAIL: "lost",
  EXPEDITING: "pending",
  LAUNCH_FAILED: "lost",
  NODE_FAIL: "lost",
  PREEMPTED: "lost",
  RECONFIG_FAIL: "lost",
  REVOKED: "lost",
};

/** The state that a word of Slurm stands for. The accounting adds who did it: "CANCELLED by 1000". */
export function jobState(reported: string): JobState {
  return states[reported.split(/[ +]/, 1)[0] ?? ""] ?? "unknown";
}

const over: ReadonlySet<JobState> = new Set(["done", "failed", "cancelled", "timeout", "lost"]);

/** True where a job in this state is over: nothing of it runs, and nothing will unless it is submitted again. */
export function isOver(state: JobState): boolean {
  return over.has(state);
}
