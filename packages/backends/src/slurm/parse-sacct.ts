import { expandIndexes } from "./array-indexes.ts";
import { jobState } from "./job-state.ts";
import { endOf } from "./parse-squeue.ts";
import type { Job } from "./slurm.ts";

/** What sacct is asked to print, the name last. Elements that wait are one line: 12_[3-9%2]. */
export const sacctFormat = "JobID,State,ExitCode,NodeList,JobName";

function firstNode(list: string): string | null {
  if (list === "" || list === "None assigned") return null;
  // "node[04-07,9]" begins with node04, "a1,b[2-3]" with a1.
  const [, before = "", first = ""] = /^([^,[]*)(?:\[(\d+))?/.exec(list) ?? [];
  return before + first;
}

/** The jobs of one line of sacct; none for a line that is about none. */
export function parseSacct(line: string): Job[] {
  const [jobId, reported, status, nodes, ...name] = line.split("|");
  const [, id, one, some] = /^(\d+)(?:_(?:(\d+)|\[(.+)\]))?$/.exec(jobId ?? "") ?? [];
  if (id === undefined || reported === undefined || name.length === 0) return [];
  const state = jobState(reported);
  const node = firstNode(nodes ?? "");
  const indexes =
    some === undefined ? [one === undefined ? null : Number(one)] : expandIndexes(some);
  return (indexes ?? []).map((index) => ({
    id,
    index,
    name: name.join("|"),
    state,
    reported,
    reason: null,
    node,
    exitCode: endOf({ state, node }, status),
    endsAt: null,
    restarts: null,
  }));
}
