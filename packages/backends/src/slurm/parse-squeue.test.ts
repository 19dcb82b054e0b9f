import { expect, test } from "vitest";
import { parseSqueue } from "./parse-squeue.ts";

// As squeue of Slurm 22.05.8 printed them.
const printed = {
  running: "10|2|RUNNING|node2|1795292463|0|1|None|mx-a|",
  unlimited: "8|N/A|RUNNING|node1|NONE|0|0|None|wrap|",
  pending: "10|3|PENDING|n/a|N/A|0|0|JobArrayTaskLimit|mx-a|",
  failed: "9|N/A|FAILED|node2|1795292463|11264|0|NonZeroExitCode|wrap|",
  killed: "9|N/A|FAILED|node2|1795292463|9|0|NonZeroExitCode|wrap|",
  never: "11|N/A|FAILED|n/a|1795292463|1|0|BadConstraints|wrap|",
  lost: "2|N/A|NODE_FAIL|node1|1795292463|0|0|NodeDown|wrap|",
  named: "1|9|CANCELLED|node1|1795292463|0|0|None|a long name, with | bars|",
};

const base = { index: null, reason: null, node: null, exitCode: null, endsAt: null, restarts: 0 };

test.for([
  {
    line: printed.running,
    job: {
      ...base,
      id: "10",
      index: 2,
      name: "mx-a",
      state: "running",
      reported: "RUNNING",
      node: "node2",
      endsAt: new Date("2026-11-21T20:21:03Z"),
      restarts: 1,
    },
  },
  {
    line: printed.unlimited,
    job: { ...base, id: "8", name: "wrap", state: "running", reported: "RUNNING", node: "node1" },
  },
  {
    line: printed.pending,
    job: {
      ...base,
      id: "10",
      index: 3,
      name: "mx-a",
      state: "pending",
      reported: "PENDING",
      reason: "JobArrayTaskLimit",
    },
  },
  {
    line: printed.failed,
    job: {
      ...base,
      id: "9",
      name: "wrap",
      state: "failed",
      reported: "FAILED",
      reason: "NonZeroExitCode",
      node: "node2",
      exitCode: 44,
    },
  },
])("$line", ({ line, job }) => {
  expect(parseSqueue(line)).toEqual(job);
});

test("the exit status of a job that never ran, or whose node was lost, is not known", () => {
  expect(parseSqueue(printed.never)).toMatchObject({ state: "failed", exitCode: null });
  expect(parseSqueue(printed.lost)).toMatchObject({ state: "lost", exitCode: null });
});

test("a job that a signal ended has 128 and its number as exit status", () => {
  expect(parseSqueue(printed.killed)?.exitCode).toBe(137);
});

test("a name may hold what separates the fields", () => {
  expect(parseSqueue(printed.named)?.name).toBe("a long name, with | bars");
});

test("a line that is about no job is none", () => {
  expect(parseSqueue("slurm_load_jobs error: Invalid job id specified")).toBeNull();
  expect(parseSqueue("")).toBeNull();
});
