import { isResult } from "@mx/records";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readResults } from "../read-results.ts";
import { collect } from "../testing/collect.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { writeTau2, writeTau2Folder } from "../testing/write-tau2.ts";

type Simulation = Record<string, unknown>;

/** The sample run with other simulations, as one file. */
async function readChanged(change: (simulations: Simulation[]) => Simulation[]) {
  const path = await writeTau2(await temporaryFolder());
  const document = JSON.parse(await readFile(path, "utf8")) as { simulations: Simulation[] };
  document.simulations = change(document.simulations);
  await writeFile(path, JSON.stringify(document, null, 2));
  return collect(readResults(path));
}

test.for([
  ["user_stop", "completed", 1],
  ["agent_stop", "completed", 1],
  ["max_steps", "max_turns", 1],
  ["timeout", "timeout", 1],
  ["too_many_errors", "failed", 1],
  ["agent_error", "failed", 1],
  ["context_window_exceeded", "failed", 1],
  ["infrastructure_error", "infra_error", null],
  ["user_error", "infra_error", null],
  ["unexpected_error", "infra_error", null],
] as const)("%s: %s, reward %s", async ([reason, outcome, reward]) => {
  const { trials } = await readChanged(([first]) => [{ ...first, termination_reason: reason }]);
  expect(trials).toMatchObject([{ outcome, reward, scores: { tau2: { value: reward } } }]);
  expect(trials[0]!.fault === undefined).toBe(
    outcome === "completed" || reason === "max_steps" || reason === "timeout",
  );
  expect(isResult(outcome)).toBe(reward !== null);
});

test("a reason that is not known is no guess", async () => {
  await expect(
    readChanged(([first]) => [{ ...first, termination_reason: "gave_up" }]),
  ).rejects.toMatchObject({
    message: expect.stringContaining("row 1") as string,
    exitCode: 65,
  });
});

test("the plan, the money, the tokens and the task", async () => {
  const { runs, trials } = await collect(readResults(await writeTau2(await temporaryFolder())));
  expect(runs).toMatchObject([
    {
      started_at: "2026-02-14T10:30:00.000Z",
      git_commit: "0123456789abcdef0123456789abcdef01234567",
      agent: { name: "llm_agent" },
      sampling: { temperature: 0.5, top_p: null, max_tokens: null, seed: 300 },
      task_ids: ["0", "1", "2", "3"],
      planned: 12,
    },
  ]);
  expect(trials[0]).toMatchObject({
    cost_usd: 0.001,
    usage: { input_tokens: 100, output_tokens: 20, calls: 2 },
    time_ms: { agent: 1500 },
    started_at: "2026-02-14T10:30:00.000Z",
    scores: { tau2: { value: 1 }, DB: { value: 1 } },
    trajectory: { extra: { user_cost_usd: 0.0005, termination_reason: "user_stop" } },
  });
  expect(new Set(trials.map(({ task_digest }) => task_digest)).size).toBe(4);
});

test("both ways of storing a run give the same trials", async () => {
  const one = await collect(readResults(await writeTau2(await temporaryFolder())));
  const path = await writeTau2Folder(await temporaryFolder());
  const byKey = (trials: { key: string }[]) =>
    trials.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map((trial) => ({ ...trial, run_id: "" }));
  for (const given of [path, join(path, "results.json")]) {
    const other = await collect(readResults(given));
    expect(JSON.stringify(byKey(other.trials)).replaceAll(other.runs[0]!.run_id, "R")).toBe(
      JSON.stringify(byKey(one.trials)).replaceAll(one.runs[0]!.run_id, "R"),
    );
  }
});

test("a simulation whose file is gone stays owed", async () => {
  const path = await writeTau2Folder(await temporaryFolder());
  await rm(join(path, "simulations", "sim-0-0.json"));
  const { runs, trials } = await collect(readResults(path));
  expect([runs[0]!.planned, trials.length]).toEqual([12, 11]);
});

test("a file of before folders, in a folder named simulations", async () => {
  const folder = join(await temporaryFolder(), "simulations");
  await mkdir(folder);
  const { trials } = await collect(readResults(await writeTau2(folder)));
  expect(trials).toHaveLength(12);
});

test("another seed is another trial; ids may be numbers; trials are counted where they are not numbered", async () => {
  const { trials } = await readChanged(([first]) => [
    { ...first, task_id: 0 },
    { ...first, seed: 1 },
    { ...first, trial: null, id: "a" },
    { ...first, trial: null, id: "b" },
    { ...first, trial: null, id: "a" },
  ]);
  expect(trials.map(({ task_id, trial }) => [task_id, trial])).toEqual([
    ["0", 0],
    ["0", 0],
    ["0", 0],
    ["0", 1],
    ["0", 0],
  ]);
  expect(trials[0]!.key).not.toBe(trials[1]!.key);
  expect(trials[2]).toEqual(trials[4]);
});

test("what nobody has evaluated has no reward", async () => {
  const { trials } = await readChanged(([first]) => [{ ...first, reward_info: null }]);
  expect(trials).toMatchObject([{ outcome: "completed", reward: null }]);
});

test("a file that is cut off keeps its whole simulations", async () => {
  const path = await writeTau2(await temporaryFolder());
  const text = await readFile(path, "utf8");
  await writeFile(path, text.slice(0, -300));
  await expect(collect(readResults(path))).rejects.toMatchObject({ exitCode: 65 });
  const errors: Error[] = [];
  const { trials, runs } = await collect(
    readResults(path, { onBadRecord: (error) => errors.push(error) }),
  );
  expect([runs.length, trials.length, errors.length]).toEqual([1, 11, 1]);
});
