import type { Job, JobState } from "@mx/backends/slurm";
import { ExitCode } from "@mx/cli";
import type { Ended } from "./shard.ts";

/** So often in a row a shard may be submitted without any new result. */
export const mostFailures = 3;

/** What is to be done about an element that has ended while trials of its shard are owed. */
export interface Judgement {
  /** `settled`: it did what it could; `again`: submit what is owed; `hopeless`: that would change nothing. */
  kind: "settled" | "again" | "hopeless";
  /** What happened, for people and for the fault of a trial. */
  why: string;
  /** Node that cannot do it. */
  node: string | null;
}

/** How an element ended: Slurm's view (null: it does not know it), its own, and the end of its log. */
export interface ElementEnd {
  job: Job | null;
  ended: Ended | null;
  log: string;
}

const lost: Partial<Record<JobState, string>> = {
  lost: "its node failed, or it was preempted",
  timeout: "its time was over",
  unknown: "Slurm does not know it any more",
};

/** Exit codes that another try does not change. */
const final = new Set<number>([ExitCode.usage, ExitCode.badData]);

/** Judges by what the element says itself, and by what Slurm says where it was killed. */
export function judgeEnd({ job, ended, log }: ElementEnd): Judgement {
  const node = ended?.node ?? job?.node ?? null;
  const where = node === null ? "" : `node ${node}: `;
  // Somebody wants it to end: that is not for us to undo.
  if (job?.state === "cancelled")
    return { kind: "settled", why: `element ${job.id}_${job.index} was cancelled`, node: null };
  if (ended === null) {
    const state = job === null ? lost.unknown : lost[job.state];
    const exit = job?.exitCode == null ? "" : ` with ${job.exitCode}`;
    const said = log === "" ? "" : `: ${log}`;
    const why = state ?? `it ended${exit} before its time${said}`;
    // The script ends so where it cannot start mx: the next element there would do the same.
    const lacks = job?.exitCode === ExitCode.unavailable;
    const isHopeless = state === undefined && final.has(job?.exitCode ?? 0);
    const kind = isHopeless ? "hopeless" : "again";
    return { kind, why: `${where}${why}`, node: lacks ? node : null };
  }
  if (ended.stopped) return { kind: "again", why: `${where}it was told to end`, node: null };
  if (ended.error === null) return { kind: "settled", why: "", node: null };
  const { message, hint } = ended.error;
  const why = `${where}${message}${hint === null ? "" : ` (${hint})`}`;
  const isOutside = ended.exit_code === ExitCode.unavailable;
  return { kind: isOutside ? "again" : "hopeless", why, node: isOutside ? node : null };
}
