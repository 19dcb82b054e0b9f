import type { Job } from "@mx/backends/slurm";
import { expect, test } from "vitest";
import { endReason } from "./end-reason.ts";

const base: Job = {
  id: "12",
  index: null,
  name: "mx",
  state: "failed",
  reported: "FAILED",
  reason: null,
  node: "n1",
  exitCode: null,
  endsAt: null,
  restarts: 0,
};

function reason(job: Partial<Job> | null, exit: number | null = null, hasLog = true): string {
  const full = job === null ? null : { ...base, ...job };
  return endReason({ name: "qwen", id: "12", job: full, exit, hasLog, folder: "/home/x" });
}

test.for<[string, string]>([
  [reason({ state: "timeout" }, 143), "qwen reached the time limit of job 12 on n1"],
  [reason({ state: "cancelled" }, 143), "qwen was cancelled: job 12 on n1"],
  [
    reason({ state: "lost", reported: "NODE_FAIL", reason: "NodeDown" }),
    "qwen was lost: job 12 on n1 is NODE_FAIL (NodeDown)",
  ],
  [reason({}, 3), "qwen ended with exit status 3: job 12 on n1"],
  [reason({ state: "done" }, 0), "qwen ended with exit status 0: job 12 on n1"],
  [reason({}, 137), "qwen ended with signal SIGKILL: job 12 on n1"],
  [
    reason({ exitCode: 1, reason: "NonZeroExitCode" }, null, false),
    "qwen ended with exit status 1: job 12 on n1 (NonZeroExitCode), and wrote nothing: can the node see /home/x?",
  ],
  [
    reason({ reported: "OUT_OF_MEMORY" }, 137),
    "qwen was given no more memory: job 12 on n1; ask for more with --slurm.mem",
  ],
  [reason({ state: "pending", node: null }), "qwen was put back in the queue: job 12"],
  [reason(null), "qwen is not there any more: Slurm does not know job 12"],
])("%s", ([said, wanted]) => {
  expect(said).toBe(wanted);
});
