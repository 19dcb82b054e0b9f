import { ScoredTrial } from "@mx/records";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { cutText } from "./cut-text.ts";
import type { FoundTrial } from "./found-trial.ts";
import { importedRunId } from "./imported-run-id.ts";
import { isoTime } from "./iso-time.ts";
import { makeRun } from "./make-run.ts";
import { makeTrial } from "./make-trial.ts";

const found: FoundTrial = {
  from: "tau2",
  runId: "r",
  taskId: "t",
  trial: 0,
  outcome: "completed",
  scores: {},
  reward: 1,
};

test("what nobody said is unknown", () => {
  const trial = makeTrial(found, {});
  expect(ScoredTrial.safeParse(trial).error).toBeUndefined();
  expect(trial).toEqual({
    type: "trial",
    version: 1,
    key: trial.key,
    run_id: "r",
    task_id: "t",
    variant: "baseline",
    model: null,
    served_model: null,
    trial: 0,
    attempt: 0,
    outcome: "completed",
    output: "",
    finish_reason: null,
    usage: {
      input_tokens: null,
      output_tokens: null,
      cached_input_tokens: null,
      reasoning_tokens: null,
      calls: 0,
    },
    cost_usd: null,
    turns: null,
    started_at: null,
    time_ms: { queue: null, sandbox: null, agent: null, model: null, grade: null },
    backend: "tau2",
    sandbox_id: null,
    artifacts: {},
    scores: {},
    reward: 1,
    passed: null,
  });
});

test("the key is of what was asked, and of nothing that came of it", () => {
  const key = (change: Partial<FoundTrial>, options = {}) =>
    makeTrial({ ...found, ...change }, options).key;
  const same: Partial<FoundTrial>[] = [
    { reward: 0 },
    { runId: "other" },
    { outcome: "timeout" },
    { output: "x" },
    { seed: null },
    { taskInKey: false, task: { a: 1 } },
  ];
  for (const change of same) expect(key(change)).toBe(key({}));
  const others: Partial<FoundTrial>[] = [
    { from: "tau-bench" },
    { taskId: "u" },
    { task: { a: 1 } },
    { task: { a: 2 } },
    { model: "m" },
    { variant: "b" },
    { settings: { temperature: 1 } },
    { trial: 1 },
    { seed: 1 },
  ];
  const keys = others.map((change) => key(change));
  expect(new Set([key({}), ...keys]).size).toBe(others.length + 1);
  expect(key({}, { model: "m" })).toBe(key({ model: "m" }));
  expect(key({}, { variant: "b" })).toBe(key({ variant: "b" }));
  expect(key({ task: { a: 1, b: 2 } })).toBe(key({ task: { b: 2, a: 1 } }));
});

test("numbers that are none are unknown, and no infrastructure error has a reward", () => {
  const trial = makeTrial(
    {
      ...found,
      outcome: "infra_error",
      reward: 0,
      costUsd: -1,
      usage: { input_tokens: 1.5, output_tokens: Number.NaN, calls: -1 },
      timeMs: { agent: Number.POSITIVE_INFINITY, grade: -5 },
      turns: 2.5,
      startedAt: "yesterday",
      scores: { a: { value: Number.NaN } },
      fault: { class: "killed", message: "x".repeat(10_000), retryable: false },
    },
    {},
  );
  expect(ScoredTrial.safeParse(trial).error).toBeUndefined();
  expect(trial).toMatchObject({ reward: null, cost_usd: null, turns: null, started_at: null });
  expect(trial.scores["a"]).toEqual({ value: null, grader: { name: "a", version: "unknown" } });
  expect(trial.fault!.message).toHaveLength(2048);
});

test("a long answer is cut, and its size stays known", () => {
  const trial = makeTrial({ ...found, output: "é".repeat(40_000) }, {});
  expect(trial.output_bytes).toBe(80_000);
  expect(Buffer.byteLength(trial.output)).toBe(64 * 1024);
});

test("a cut never leaves half a character", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.nat(40), (text, limit) => {
      const cut = cutText(text, limit);
      expect(Buffer.byteLength(cut.text)).toBeLessThanOrEqual(limit);
      expect(text.toWellFormed().startsWith(cut.text)).toBe(true);
      expect(cut.bytes).toBe(Buffer.byteLength(text.toWellFormed()));
    }),
  );
});

test.for([
  ["2026-02-14T10:30:00Z", "2026-02-14T10:30:00.000Z"],
  ["2026-02-14T10:30:00.123456", "2026-02-14T10:30:00.123Z"],
  ["2026-02-14 10:30:00+02:00", "2026-02-14T08:30:00.000Z"],
  [1_771_065_000.25, "2026-02-14T10:30:00.250Z"],
  [0, null],
  [-1, null],
  [1e300, null],
  ["10:30", null],
  ["2026-99-99T00:00:00", null],
  [null, null],
])("time %j", ([given, wanted]) => {
  expect(isoTime(given)).toBe(wanted);
});

test.for([
  [{ own: "20260214_103000", fileName: "a" }, "20260214_103000"],
  [{ own: "gsm8k--openai--gpt", fileName: "a" }, "gsm8k--openai--gpt"],
])("a run id of its own: %j", ([identity, wanted]) => {
  expect(importedRunId("goat", identity as { fileName: string })).toBe(wanted);
});

test("a run id that could be no folder becomes a digest", () => {
  const ids = [
    importedRunId("goat", { own: "../etc", fileName: "a" }),
    importedRunId("goat", { header: { a: 1 }, fileName: "a" }),
    importedRunId("goat", { fileName: "a" }),
    importedRunId("tau2", { fileName: "a" }),
  ];
  expect(new Set(ids).size).toBe(4);
  for (const id of ids) expect(id).toMatch(/^(goat|tau2)-[0-9a-f]{12}$/);
  expect(importedRunId("goat", { header: { a: 1 }, fileName: "b" })).toBe(ids[1]);
});

test("a run of which nobody knows how many trials it wanted has no record", () => {
  const run = {
    from: "tau2",
    runId: "r",
    startedAt: 1,
    trials: 2,
    taskIds: ["a", "a", "b"],
  } as const;
  expect(makeRun({ ...run, taskIds: [...run.taskIds] }, {})).toMatchObject({
    planned: 4,
    task_ids: ["a", "b"],
  });
  expect(makeRun({ ...run, startedAt: null, taskIds: null }, {})).toMatchObject({
    started_at: null,
    planned: null,
  });
  expect(makeRun({ ...run, taskIds: null, trials: 0 }, {})).toBeNull();
});

test("an address loses what may be a secret", () => {
  const endpoint = "http://user:pass@localhost:1/v1?key=secret";
  const run = makeRun(
    { from: "tau2", runId: "r", startedAt: 1, trials: 1, taskIds: null, endpoint },
    {},
  );
  expect(run!.endpoint).toBe("http://localhost:1/v1");
});
