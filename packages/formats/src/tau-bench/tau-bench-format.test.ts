import { trajectoryFaults } from "@mx/records";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readResults } from "../read-results.ts";
import { collect } from "../testing/collect.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { tauBenchRows } from "../testing/write-tau-bench.ts";
import { sampleRun } from "../testing/sample-run.ts";

const data = join(import.meta.dirname, "../../../../../shared/data/tau-bench");
const isThere = existsSync(data);

const known: [file: string, trials: number, mean: number, outcomes: Record<string, number>][] = [
  ["gpt-4o-airline.json", 200, 0.42, { completed: 195, max_turns: 5 }],
  ["hist_1bdbe093.ndjson", 146, 68 / 146, { completed: 146 }],
  ["hist_74c177df.ndjson", 39, 6 / 39, { completed: 15, max_turns: 24, infra_error: 11 }],
  ["results_retail_act_4B_num_trials-5.ndjson", 89, 23 / 89, { completed: 89 }],
];

// Published results; they are not part of the repository.
test.skipIf(!isThere).for(known)("%s", async ([file, scored, mean, wanted]) => {
  const { trials } = await collect(readResults(join(data, file)));
  const outcomes: Record<string, number> = {};
  for (const { outcome } of trials) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  expect(outcomes).toEqual(wanted);
  const rewards = trials.map(({ reward }) => reward).filter((reward) => reward !== null);
  expect(rewards).toHaveLength(scored);
  expect(rewards.reduce((sum, reward) => sum + reward, 0) / scored).toBeCloseTo(mean, 12);
  for (const { trajectory } of trials) {
    if (trajectory !== undefined) expect(trajectoryFaults(trajectory)).toEqual([]);
  }
});

async function readRow(row: object) {
  const path = join(await temporaryFolder(), "rows.ndjson");
  await writeFile(path, `${JSON.stringify(row)}\n`);
  const { trials } = await collect(readResults(path, { format: "tau-bench" }));
  return trials[0]!;
}

const row = {
  task_id: 7,
  reward: 0,
  trial: 2,
  info: {
    task: { instruction: "Do it.", outputs: ["12", "blue"] },
    user_cost: 0.25,
    reward_info: { reward: 0, info: { r_outputs: 0, outputs: { "12": true, blue: false } } },
  },
  traj: [],
};

test("what is missing of the outputs is said", async () => {
  const trial = await readRow(row);
  expect(trial.scores["r_outputs"]).toMatchObject({ value: 0, explanation: "not said: blue" });
});

test("calls that an act or react agent writes as text are calls", async () => {
  const says = (content: string) => ({ role: "assistant", content });
  const trial = await readRow({
    ...row,
    traj: [
      { role: "system", content: "policy" },
      { role: "user", content: "Hi" },
      says('Thought:\nAction: none yet\nAction:\n{"name": "find", "arguments": {"id": "a"}}'),
      { role: "user", content: "API output: found" },
      says('Action:\n{"name": "broken", "arguments": '),
      { role: "user", content: "What?" },
      says(
        'Thought:\ndone\nAction:\n{"name": "respond", "arguments": {"content": "All is done."}}',
      ),
      { role: "user", content: "###STOP###" },
    ],
  });
  expect(trial.output).toBe("All is done.");
  expect(trial.turns).toBe(3);
  expect(trajectoryFaults(trial.trajectory)).toEqual([]);
  expect(trial.trajectory).toMatchObject({
    extra: { user_cost_usd: 0.25 },
    steps: [
      { source: "system" },
      { source: "user" },
      {
        tool_calls: [{ function_name: "find", arguments: { id: "a" } }],
        observation: { results: [{ content: "found" }] },
      },
      { message: 'Action:\n{"name": "broken", "arguments": ' },
      { source: "user", message: "What?" },
      { source: "agent" },
      { source: "user", message: "###STOP###" },
    ],
  });
});

test("reduced rows: turns from the count of messages, and an answer that nobody kept", async () => {
  const trial = await readRow({
    task_id: 0,
    trial: 0,
    reward: 0.0,
    error: null,
    finished: false,
    r_actions: null,
    r_outputs: null,
    messages: 62,
  });
  expect(trial).toMatchObject({ outcome: "max_turns", reward: 0, turns: 30, output: "" });
  expect(trial).not.toHaveProperty("output_bytes");
});

test("the error of an agent is a result; its type stands in the traceback", async () => {
  const info = { error: "'arguments'", traceback: "Traceback:\n  line\nKeyError: 'arguments'\n" };
  expect(await readRow({ ...row, info })).toMatchObject({
    outcome: "failed",
    reward: 0,
    fault: { class: "agent_error", message: "'arguments'" },
  });
  const lost = {
    error: "boom",
    traceback: "Traceback:\nlitellm.exceptions.APIConnectionError: boom\n",
  };
  expect(await readRow({ ...row, info: lost })).toMatchObject({
    outcome: "infra_error",
    reward: null,
    scores: { "tau-bench": { value: null } },
  });
});

test("an attempt that broke and the one after it are the same trial", async () => {
  const broke = await readRow({ ...row, info: { error: "Connection error." } });
  expect(broke.key).toBe((await readRow(row)).key);
});

test("a row that cannot be read is named, left out where asked, and costs no other", async () => {
  const rows = tauBenchRows(sampleRun) as Record<string, unknown>[];
  rows[2]!["reward"] = "much";
  rows[5]!["trial"] = -1;
  rows[7] = [] as never;
  const path = join(await temporaryFolder(), "rows.json");
  await writeFile(path, JSON.stringify(rows));
  await expect(collect(readResults(path))).rejects.toMatchObject({
    message: expect.stringMatching(
      /rows\.json: row 3 \(at byte \d+\): reward is no number/,
    ) as string,
    exitCode: 65,
  });
  const errors: string[] = [];
  const { trials } = await collect(
    readResults(path, { onBadRecord: ({ message }) => errors.push(message) }),
  );
  expect(trials).toHaveLength(9);
  expect(errors.map((message) => message.split("): ")[1])).toEqual([
    "reward is no number",
    "trial is no whole number from 0",
    "not a JSON object",
  ]);
});

test("rows come one at a time: the first before the last is read, and what was cut off last", async () => {
  const path = join(await temporaryFolder(), "rows.json");
  const text = JSON.stringify(tauBenchRows(sampleRun));
  await writeFile(path, text.slice(0, -20));
  const records = readResults(path);
  for (let n = 0; n < 11; n += 1) expect((await records.next()).done).toBe(false);
  await expect(records.next()).rejects.toMatchObject({
    message: expect.stringContaining("cut off") as string,
  });
});

test("NaN is no reward, and no 0", async () => {
  const path = join(await temporaryFolder(), "rows.json");
  await writeFile(path, JSON.stringify([row]).replace('"reward":0', '"reward":NaN'));
  const { trials } = await collect(readResults(path));
  expect(trials).toMatchObject([{ reward: null, outcome: "completed" }]);
});
