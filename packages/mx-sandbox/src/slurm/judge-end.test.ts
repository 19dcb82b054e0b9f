import type { Job, JobState } from "@mx/backends/slurm";
import { expect, test } from "vitest";
import { judgeEnd, ownWord, patienceMs } from "./judge-end.ts";
import type { Ended } from "./shard.ts";

const job = (state: JobState, exitCode: number | null = null): Job => ({
  id: "7",
  index: 2,
  name: "mx-run-1",
  state,
  reported: state.toUpperCase(),
  reason: null,
  node: "node1",
  exitCode,
  endsAt: null,
  restarts: 0,
});
const ended = (exit_code: number, more: Partial<Ended> = {}): Ended => ({
  job: "7_2",
  restart: 0,
  node: "node1",
  exit_code,
  stopped: false,
  error: null,
  ...more,
});
const error = { code: "no_bubblewrap", message: "bwrap is not there", hint: "install it" };

test.for<[string, Job | null, Ended | null, string, string | null]>([
  ["its trials are done", job("done", 0), ended(0), "settled", null],
  ["it tried what it could", job("failed", 75), ended(75), "settled", null],
  ["time was nearly over", job("failed", 75), ended(75, { stopped: true }), "again", null],
  ["its time was over", job("timeout"), null, "again", null],
  ["its node failed", job("lost"), null, "again", null],
  ["Slurm forgot it", null, null, "again", null],
  ["it was killed for memory", job("failed", 137), null, "again", null],
  ["somebody cancelled it", job("cancelled"), null, "settled", null],
  [
    "it was cancelled and could say so",
    job("cancelled"),
    ended(75, { stopped: true }),
    "settled",
    null,
  ],
  ["its node lacks bubblewrap", job("failed", 69), ended(69, { error }), "again", "node1"],
  ["its node lacks mx", job("failed", 69), null, "again", "node1"],
  ["its flags are wrong", job("failed", 2), ended(2, { error }), "hopeless", null],
  ["its tasks have changed", job("failed", 65), ended(65, { error }), "hopeless", null],
  ["mx there does not know the command", job("failed", 2), null, "hopeless", null],
])("%s", ([, slurm, itself, kind, node]) => {
  expect(judgeEnd({ job: slurm, ended: itself, log: "", untried: 0 })).toMatchObject({
    kind,
    node,
  });
});

test("says which node, and what the log says of one that could not speak for itself", () => {
  const log = "mx-sandbox: node node1 lacks node at /opt/node";
  expect(judgeEnd({ job: job("failed", 69), ended: null, log, untried: 1 }).why).toBe(
    `node node1: it ended with 69 before its time: ${log}`,
  );
  expect(
    judgeEnd({ job: job("failed", 69), ended: ended(69, { error }), log, untried: 1 }).why,
  ).toBe("node node1: bwrap is not there (install it)");
});

test("what is done as it says, and not seen here, is waited for and then owed", () => {
  const end = { job: job("done", 0), ended: ended(0), log: "", untried: 3 };
  expect(patienceMs(end)).toBeGreaterThanOrEqual(60_000);
  expect(judgeEnd(end)).toMatchObject({ kind: "again", why: expect.stringContaining("3 trials") });
  expect(patienceMs({ ...end, untried: 0 })).toBe(0);
  expect(patienceMs({ ...end, ended: ended(75, { stopped: true }) })).toBe(0);
});

test("the word of an earlier job, or of an earlier start of this one, is not about this end", () => {
  const launch = { id: "7", index: 2 };
  expect(ownWord(launch, job("done", 0), ended(0))).toEqual(ended(0));
  expect(ownWord(launch, null, ended(0, { restart: 1 }))).not.toBeNull();
  expect(ownWord(launch, job("done", 0), ended(0, { restart: 1 }))).toBeNull();
  expect(ownWord(launch, job("done", 0), ended(0, { job: "6_2" }))).toBeNull();
});
