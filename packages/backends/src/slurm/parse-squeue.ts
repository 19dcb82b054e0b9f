import { jobState } from "./job-state.ts";
import type { Job } from "./slurm.ts";

/** Fields of squeue, the name last: it may hold any character. */
const fields = [
  "ArrayJobID",
  "ArrayTaskID",
  "State",
  "BatchHost",
  "EndTime",
  "exit_code",
  "RestartCnt",
  "Reason",
  "Name",
];

/**
 * What squeue is asked to print. Not --json, which differs from version to version and says more than is read; not
 * scontrol, which says a kilobyte of each job and does not take arrays apart. A field with a suffix and no width is
 * never cut (22.05 and later).
 */
export const squeueFormat = fields.map((name) => `${name}:|`).join(",");

const nothing = new Set(["", "None", "NONE", "N/A", "n/a", "(null)", "(none)"]);

function word(text: string | undefined): string | null {
  return text === undefined || nothing.has(text) ? null : text;
}

/** The exit status of a job that has ended, from what Slurm says of it; null: it has not ended, or never ran. */
export function endOf({ state, node }: Pick<Job, "state" | "node">, status = ""): number | null {
  const ended = state !== "pending" && state !== "running" && state !== "lost";
  return ended && node !== null ? exitCode(status) : null;
}

/** A wait status as the kernel packs it, or "status:signal". */
function exitCode(text: string): number | null {
  const [, status, signal] = /^(\d+)(?::(\d+))?$/.exec(text) ?? [];
  if (status === undefined) return null;
  const packed = signal === undefined;
  const killedBy = packed ? Number(status) & 127 : Number(signal);
  if (killedBy !== 0) return 128 + killedBy;
  return packed ? Number(status) >> 8 : Number(status);
}

/** Times are asked for in seconds since 1970: SLURM_TIME_FORMAT=%s. */
function date(text: string | undefined): Date | null {
  return text !== undefined && /^\d+$/.test(text) ? new Date(Number(text) * 1000) : null;
}

/** One job, or one element of an array, for each line of squeue; null for a line that is none. */
export function parseSqueue(line: string): Job | null {
  const [id, index, reported, host, end, status, restarts, reason, ...name] = line.split("|");
  if (id === undefined || !/^\d+$/.test(id) || reported === undefined || name.length === 0)
    return null;
  const state = jobState(reported);
  const node = word(host);
  return {
    id,
    index: index !== undefined && /^\d+$/.test(index) ? Number(index) : null,
    name: name.join("|").replace(/\|$/, ""),
    state,
    reported,
    reason: word(reason),
    node,
    exitCode: endOf({ state, node }, status),
    endsAt: state === "running" ? date(end) : null,
    restarts: Number(restarts) || 0,
  };
}
