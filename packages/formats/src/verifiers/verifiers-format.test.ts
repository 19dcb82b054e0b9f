import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readResults } from "../read-results.ts";
import { collect } from "../testing/collect.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { writeVerifiersLegacy, writeVerifiersV1 } from "../testing/write-verifiers.ts";
import { flatToml } from "./flat-toml.ts";
import { lastBranch } from "./message-graph.ts";

async function readLines(name: string, rows: unknown[], files: Record<string, string> = {}) {
  const folder = join(await temporaryFolder(), "run");
  await mkdir(folder);
  await writeFile(join(folder, name), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
  return collect(readResults(folder));
}

const row = {
  example_id: 3,
  prompt: [{ role: "user", content: "Q" }],
  completion: [{ role: "assistant", content: "A" }],
  reward: 0.25,
};

test("rows of January 2026: times and metrics as columns, errors as text", async () => {
  const { runs, trials } = await readLines(
    "results.jsonl",
    [
      {
        ...row,
        error: null,
        generation_ms: 1200,
        scoring_ms: 30,
        total_ms: 1230,
        passed: 1,
        pass_rate: 0.5,
      },
      { ...row, error: "ModelError('Connection error.')", reward: 0 },
    ],
    {
      "metadata.json": JSON.stringify({
        env_id: "e",
        model: "m",
        num_examples: 5,
        rollouts_per_example: 2,
        sampling_args: { max_tokens: 100 },
        avg_metrics: { passed: 1, pass_rate: 0.5 },
        time_ms: 1000,
      }),
    },
  );
  // It does not say when the run was.
  expect(runs).toMatchObject([{ started_at: null, planned: 10, trials: 2, task_ids: null }]);
  expect(trials).toMatchObject([
    {
      task_id: "3",
      trial: 0,
      model: "m",
      outcome: "completed",
      reward: 0.25,
      output: "A",
      time_ms: { agent: 1200, grade: 30 },
      scores: { verifiers: { value: 0.25 }, passed: { value: 1 }, pass_rate: { value: 0.5 } },
    },
    { trial: 1, outcome: "infra_error", reward: null, fault: { class: "model_unreachable" } },
  ]);
});

test("a row that is there twice is one trial", async () => {
  const { trials } = await readLines("results.jsonl", [row, { ...row, reward: 1 }, row]);
  expect(trials.map(({ trial }) => trial)).toEqual([0, 1, 0]);
  expect(trials[2]).toEqual(trials[0]);
});

test("how a row ended", async () => {
  const { trials } = await readLines("results.jsonl", [
    { ...row, is_truncated: true, stop_condition: "prompt_too_long" },
    { ...row, stop_condition: "max_turns_reached" },
    { ...row, stop_condition: "timeout_reached" },
    { ...row, prompt: "Q", completion: "plain text" },
    { ...row, completion: null, error: { error: "ToolError", message: "no tool" } },
  ]);
  expect(
    trials.map(({ outcome, finish_reason, output, reward }) => [
      outcome,
      finish_reason,
      output,
      reward,
    ]),
  ).toEqual([
    ["completed", "length", "A", 0.25],
    ["max_turns", null, "A", 0.25],
    ["timeout", null, "A", 0.25],
    ["completed", null, "plain text", 0.25],
    ["failed", null, "", 0.25],
  ]);
});

test("the plan of a run before v1", async () => {
  const { runs } = await collect(readResults(await writeVerifiersLegacy(await temporaryFolder())));
  expect(runs).toMatchObject([
    {
      // It was written a minute after it began.
      started_at: "2026-02-14T10:30:00.000Z",
      endpoint: "http://localhost:8000/v1",
      planned: 12,
      trials: 3,
      task_ids: null,
    },
  ]);
});

test("v1: tokens of all branches, the conversation of the last", async () => {
  const { runs, trials } = await collect(
    readResults(await writeVerifiersV1(await temporaryFolder())),
  );
  expect(runs).toMatchObject([{ run_id: "sample-run-v1", started_at: "2026-02-14T10:30:00.000Z" }]);
  expect(trials[0]).toMatchObject({
    model: "gpt-5-mini",
    run_id: "sample-run-v1",
    usage: { input_tokens: 100, output_tokens: 20, calls: 3 },
    finish_reason: "stop",
    time_ms: { agent: 1500, model: 1000 },
    scores: { verifiers: { value: 1 }, exact: { value: 1 } },
    trajectory: { extra: { branches: 2 } },
  });
  expect(JSON.stringify(trials[0]!.trajectory)).not.toContain("dead end");
});

const trace = {
  nodes: [{ parent: null, message: { role: "user", content: "Q" } }],
  rewards: { a: { score: 0.5, weight: 2 }, b: { score: 1, weight: 0.5 } },
};
const episode = {
  id: "e",
  env: { id: "x" },
  task: { type: "T", data: { idx: 1 } },
  ok: true,
  errors: [],
};

test("v1: rewards are weighted sums; what was not scored is none", async () => {
  const { trials } = await readLines("traces.jsonl", [
    { ...episode, traces: [trace] },
    {
      ...episode,
      id: "f",
      traces: [{ ...trace, rewards: { a: { score: 1, weight: 1 }, b: null } }],
    },
    { ...episode, id: "g", traces: [{ ...trace, rewards: {} }] },
    {
      ...episode,
      id: "h",
      traces: [
        { ...trace, rewards: { judge: { score: 0 } }, agent: { name: "judge", trainable: false } },
        trace,
      ],
    },
  ]);
  expect(trials.map(({ reward }) => reward)).toEqual([1.5, null, null, 1.5]);
  expect(trials[0]!.scores).toMatchObject({
    verifiers: { value: 1.5 },
    a: { value: 0.5, explanation: "weight 2" },
  });
  expect(trials[3]!.scores["judge[0]"]).toMatchObject({ value: 0 });
});

test("v1: `ok` decides, not the list of errors", async () => {
  const errors = [{ type: "ProviderError", message: "Connection error." }];
  const { trials } = await readLines("traces.jsonl", [
    { ...episode, errors, traces: [{ ...trace, errors }] },
    { ...episode, id: "f", ok: false, errors, traces: [] },
    { ...episode, id: "g", ok: false, traces: [trace] },
    { ...episode, id: "e", errors, traces: [{ ...trace, errors }] },
  ]);
  expect(trials.map(({ outcome, reward, trial }) => [outcome, reward, trial])).toEqual([
    ["completed", 1.5, 0],
    ["infra_error", null, 1],
    ["infra_error", null, 2],
    ["completed", 1.5, 0],
  ]);
});

test("v1: traces of before there were episodes, and tasks by their chosen key", async () => {
  const task = { type: "T", data: { idx: 4 }, key: "chosen", hash: "abc" };
  const { trials } = await readLines("traces.jsonl", [
    { ...trace, version: 1, id: "t", task, ok: true },
  ]);
  expect(trials).toMatchObject([{ task_id: "chosen", reward: 1.5, outcome: "completed" }]);
});

test("v1: settings in config.toml", async () => {
  const toml =
    'model = "m" # note\nnum_tasks = 2\nnum_rollouts = 3\n[run]\nname = "r"\n[sampling]\ntemperature = 0.5\n';
  const timed = { ...trace, timing: { start: 1_771_065_000 } };
  const { runs } = await readLines("traces.jsonl", [{ ...episode, traces: [timed] }], {
    "config.toml": toml,
  });
  expect(runs).toMatchObject([
    { run_id: "r", models: ["m"], planned: 6, sampling: { temperature: 0.5 } },
  ]);
});

test("a line that was cut off is named by its number", async () => {
  const path = `${await writeVerifiersLegacy(await temporaryFolder())}/results.jsonl`;
  const text = await readFile(path, "utf8");
  await writeFile(path, text.slice(0, -30));
  await expect(collect(readResults(path))).rejects.toMatchObject({
    message: expect.stringMatching(/results\.jsonl:12: cut off/) as string,
  });
});

test("flat TOML", () => {
  expect(
    flatToml(
      'a = 1_000\n b.c = 2\n[t.u]\nd = \'x # y\'\ne = "q\\"z" # c\nf = [1, 2]\ng = true\n[[l]]\nh = 1\n[t]\ni = -1.5',
    ),
  ).toEqual({ a: 1000, t: { u: { d: "x # y", e: 'q"z', g: true }, i: -1.5 } });
  expect(Object.getPrototypeOf(flatToml("[__proto__]\na = 1"))).toBe(Object.prototype);
});

test("a graph that goes in circles is refused", () => {
  expect(() => lastBranch({ nodes: [{ parent: 1 }, { parent: 0 }] })).toThrow("comes after it");
  expect(lastBranch({})).toEqual({ messages: [], branches: 0 });
});
