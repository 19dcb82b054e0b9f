import type { Job, JobState } from "@mx/backends/slurm";
import { ExitCode } from "@mx/cli";
import type { Ended } from "./shard.ts";
import type { Launch } from "./shard-watch.ts";

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
  /** Trials of which it left no word, as far as is seen from here. */
  untried: number;
}

/** What an element wrote as it ended may reach this host later than the news of its end, in ms. */
const graceMs = 3_000;
/** A file system that says what it knew a while ago does so for a minute at most, as a rule; in ms. */
const staleMs = 90_000;

/** What the element says of this end; null: nothing, and `said` is about an earlier start. */
export function ownWord(launch: Launch, job: Job | null, said: Ended | null): Ended | null {
  const isOfJob = said?.job === `${launch.id}_${launch.index}`;
  return isOfJob && (job?.restarts ?? said.restart) === said.restart ? said : null;
}

/** How long to wait for what an element wrote before its end is judged, in ms. */
export function patienceMs({ ended, untried }: ElementEnd): number {
  if (ended === null) return graceMs;
  return didAll(ended) && untried > 0 ? staleMs : 0;
}

/** True where it says that it has tried each of its trials. */
function didAll({ stopped, error }: Ended): boolean {
  return !stopped && error === null;
}

const lost: Partial<Record<JobState, string>> = {
  lost: "its node failed, or it was preempted",
  timeout: "its time was over",
  unknown: "Slurm does not know it any more",
};

/** Exit codes that another try does not change. */
const final = new Set<number>([ExitCode.usage, ExitCode.badData]);

/** Judges by what the element says itself, and by what Slurm says where it was killed. */
export function judgeEnd({ job, ended, log, untried }: ElementEnd): Judgement {
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
  if (ended.error === null && untried === 0) return { kind: "settled", why: "", node: null };
  if (ended.error === null) {
    const why = `${where}it says that it is done, and the results of ${untried} trials are not seen here`;
    return { kind: "again", why, node: null };
  }
  const { message, hint } = ended.error;
  const why = `${where}${message}${hint === null ? "" : ` (${hint})`}`;
  const isOutside = ended.exit_code === ExitCode.unavailable;
  return { kind: isOutside ? "again" : "hopeless", why, node: isOutside ? node : null };
}
