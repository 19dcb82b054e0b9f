import { MxError } from "@mx/cli";
import { isResult, Run, ScoredTrial, trajectoryFaults } from "@mx/records";
import fc from "fast-check";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ReadOptions } from "../format.ts";
import { fileStart } from "../open-file.ts";
import { collect } from "../testing/collect.ts";
import { sampleRun } from "../testing/sample-run.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import {
  harborFiles,
  trialFiles,
  trialName,
  writeFiles,
  writeHarbor,
} from "../testing/write-harbor.ts";
import { harborFormat } from "./harbor-format.ts";

type Files = Record<string, unknown>;
type Json = Record<string, unknown>;

const read = (path: string, options: ReadOptions = {}) => collect(harborFormat.read(path, options));
const one = sampleRun.trials[0]!;
const inFolder = (file: string) => `${trialName(one)}/${file}`;

/** Reads a job of the sample run with some of its files changed; undefined leaves a file out. */
async function readJob(changes: Files, options: ReadOptions = {}) {
  return read(await writeJob(changes), options);
}

async function writeJob(changes: Files): Promise<string> {
  const path = await temporaryFolder();
  const files = { ...harborFiles(sampleRun), ...changes };
  await writeFiles(
    path,
    Object.fromEntries(Object.entries(files).filter(([, file]) => file !== undefined)),
  );
  return path;
}

/** The first trial of a job, with its result changed. */
async function trialOf(changes: Json, files: Files = {}): Promise<ScoredTrial> {
  const result = { ...(trialFiles(one, sampleRun)["result.json"] as Json), ...changes };
  const { trials } = await readJob({ [inFolder("result.json")]: result, ...files });
  return trials.find(({ task_id, trial }) => task_id === "0" && trial === 0)!;
}

test("a job: what the run was", async () => {
  const path = await writeHarbor(await temporaryFolder());
  expect(await harborFormat.detect(path, null)).toBe(true);
  const { runs, trials } = await read(path);
  expect(runs).toHaveLength(1);
  expect(Run.safeParse(runs[0]).error).toBeUndefined();
  expect(runs[0]).toMatchObject({
    run_id: "0b5a3a6e-6f0c-4a52-9a38-8b6a5c1d2e3f",
    started_at: sampleRun.startedAt,
    models: ["gpt-5-mini"],
    agent: { name: "terminus-2" },
    sampling: { temperature: 0.5 },
    trials: 3,
    task_ids: ["0", "1", "2", "3"],
    planned: 12,
    versions: { harbor: "0.25.0" },
  });
  const outcomes = {
    completed: "completed",
    max_turns: "completed",
    timeout: "timeout",
    infra_error: "infra_error",
  };
  const told = sampleRun.trials.toSorted(
    (a, b) => Number(a.task.id) - Number(b.task.id) || a.trial - b.trial,
  );
  expect(
    trials.map(({ task_id, trial, outcome, reward }) => ({ task_id, trial, outcome, reward })),
  ).toEqual(
    told.map(({ task, trial, ending, reward }) => ({
      task_id: task.id,
      trial,
      outcome: outcomes[ending],
      reward,
    })),
  );
  const scored = trials.filter(({ outcome }) => isResult(outcome));
  expect(scored.reduce((sum, { reward }) => sum + reward!, 0) / scored.length).toBe(0.5);
  for (const [index, trial] of trials.entries()) {
    const { seconds, inputTokens, outputTokens, costUsd, ending, startedAt } = told[index]!;
    const broke = ending === "infra_error";
    expect(ScoredTrial.safeParse(trial).error).toBeUndefined();
    if (trial.trajectory !== undefined) expect(trajectoryFaults(trial.trajectory)).toEqual([]);
    expect(trial).toMatchObject({
      run_id: runs[0]!.run_id,
      model: "gpt-5-mini",
      started_at: startedAt,
      time_ms: { sandbox: 0, agent: seconds * 1000, grade: 0 },
      cost_usd: broke ? null : costUsd,
      usage: {
        input_tokens: broke ? null : inputTokens,
        output_tokens: broke ? null : outputTokens,
        cached_input_tokens: broke ? null : 10,
        reasoning_tokens: null,
      },
    });
  }
});

test("the trajectory is the agent's own", async () => {
  const { trials } = await readJob({});
  expect(trials[0]).toMatchObject({ output: "42", turns: 2, usage: { calls: 2 } });
  const wanted = trialFiles(one, sampleRun)["agent/trajectory.json"];
  expect(trials[0]!.trajectory).toEqual(wanted);
  const bare = await readJob({}, { withoutTrajectories: true });
  expect(bare.trials).toEqual(trials.map(({ trajectory: _trajectory, ...rest }) => rest));
});

test("keys are the same wherever the job lies, and one per trial", async () => {
  const { trials } = await readJob({});
  const again = await read(await writeHarbor(await temporaryFolder()));
  expect(again.trials.map(({ key }) => key)).toEqual(trials.map(({ key }) => key));
  expect(new Set(trials.map(({ key }) => key)).size).toBe(12);
});

test("a trial's folder alone", async () => {
  const path = await temporaryFolder();
  await writeFiles(path, trialFiles(one, sampleRun));
  expect(await harborFormat.detect(path, null)).toBe(true);
  const { runs, trials } = await read(path);
  expect(runs).toEqual([]);
  expect(trials).toMatchObject([
    {
      run_id: "0b5a3a6e-6f0c-4a52-9a38-8b6a5c1d2e3f",
      task_id: "0",
      reward: 1,
      model: "gpt-5-mini",
    },
  ]);
  const { trials: all } = await readJob({});
  expect(trials[0]!.key).toBe(all[0]!.key);
});

test("trials that are not ended are owed", async () => {
  const { runs, trials } = await readJob({
    [inFolder("result.json")]: undefined,
    "config.json": harborFiles(sampleRun)["config.json"],
  });
  expect(runs[0]!.planned).toBe(12);
  expect(trials).toHaveLength(11);
});

test("a reward beside an exception counts, unless it is the infrastructure's", async () => {
  const exceptionOf = (exception_type: string) => ({
    exception_info: { exception_type, exception_message: "" },
  });
  const told = async (type: string) => {
    const { outcome, reward, scores } = await trialOf(exceptionOf(type));
    return [outcome, reward, scores["reward"]?.value];
  };
  expect(await told("AgentTimeoutError")).toEqual(["timeout", 1, 1]);
  expect(await told("NonZeroAgentExitCodeError")).toEqual(["failed", 1, 1]);
  expect(await told("VerifierTimeoutError")).toEqual(["infra_error", null, 1]);
  expect(await told("SandboxBuildFailedError")).toEqual(["infra_error", null, 1]);
});

test("no reward is no 0", async () => {
  expect(await trialOf({ verifier_result: { rewards: null } })).toMatchObject({
    outcome: "completed",
    reward: null,
    scores: {},
  });
});

test("the verifier's own file, where the result has nothing", async () => {
  const none = { verifier_result: null };
  expect(await trialOf(none)).toMatchObject({ outcome: "completed", reward: 1 });
  expect(await trialOf(none, { [inFolder("verifier/reward.txt")]: "0.5\n" })).toMatchObject({
    reward: 0.5,
  });
  expect(await trialOf(none, { [inFolder("verifier/reward.txt")]: "" })).toMatchObject({
    reward: null,
  });
  expect(await trialOf(none, { [inFolder("verifier/reward.txt")]: "much" })).toMatchObject({
    reward: null,
  });
  expect(await trialOf(none, { [inFolder("verifier/reward.json")]: { a: 0.25 } })).toMatchObject({
    reward: 0.25,
    scores: { a: { value: 0.25, explanation: "1 of 2 tests passed" } },
  });
});

test("steps: tokens add up, and the last trajectory is read", async () => {
  const step = (step_name: string, n: number) => ({
    step_name,
    agent_result: { n_input_tokens: n, n_output_tokens: 1, n_cache_tokens: 0, cost_usd: 0.5 },
  });
  const result = {
    agent_result: null,
    step_results: [step("one", 10), step("two", 5), step("../three", 1)],
  };
  const trajectory = trialFiles(sampleRun.trials[1]!, sampleRun)["agent/trajectory.json"];
  const trial = await trialOf(result, {
    [inFolder("agent/trajectory.json")]: undefined,
    [inFolder("steps/two/agent/trajectory.json")]: trajectory,
  });
  expect(trial).toMatchObject({
    usage: { input_tokens: 16, output_tokens: 3 },
    cost_usd: 1.5,
    output: "Paris",
  });
});

test("an agent that reports no tokens has those of its trajectory", async () => {
  const own = trialFiles(one, sampleRun)["agent/trajectory.json"] as Json;
  const trial = await trialOf(
    { agent_result: { metadata: {} } },
    {
      [inFolder("agent/trajectory.json")]: {
        ...own,
        final_metrics: {
          total_prompt_tokens: 7,
          total_completion_tokens: 3,
          total_cost_usd: 0.125,
        },
      },
    },
  );
  expect(trial).toMatchObject({ usage: { input_tokens: 7, output_tokens: 3 }, cost_usd: 0.125 });
});

test.for([
  ["cut off", '{"schema_version": "ATIF-v1.7", "steps": [{"sour'],
  ["no ATIF", '{"steps": [{}]}'],
  ["empty", ""],
  ["no steps", '{"schema_version": "ATIF-v1.7", "steps": []}'],
  ["steps of another type", '{"schema_version": "ATIF-v1.7", "steps": 3}'],
  ["a list", "[1]"],
] as const)("a trajectory that is %s is no reason to lose the trial", async ([, text]) => {
  const trial = await trialOf({}, { [inFolder("agent/trajectory.json")]: text });
  expect(trial).toMatchObject({
    outcome: "completed",
    reward: 1,
    fault: { class: "trajectory_damaged" },
  });
  expect(trial.trajectory).toBeUndefined();
  expect(trial.turns).toBeNull();
});

test("several agents of one model are arms, each with its plan", async () => {
  const config = harborFiles(sampleRun)["config.json"] as { agents: Json[] };
  const [agent] = config.agents as [Json];
  const other = { ...agent, name: "codex" };
  const lock = harborFiles(sampleRun)["lock.json"] as { trials: Json[] };
  const trials = [
    ...lock.trials,
    ...lock.trials.slice(0, 4).map((trial) => ({ ...trial, agent: other })),
  ];
  const result = trialFiles(one, sampleRun)["result.json"] as Json;
  const found = await readJob({
    "config.json": { ...config, agents: [agent, other] },
    "lock.json": { ...lock, trials },
    [inFolder("result.json")]: {
      ...result,
      config: { ...(result["config"] as Json), agent: other },
    },
  });
  const id = "0b5a3a6e-6f0c-4a52-9a38-8b6a5c1d2e3f";
  expect(found.runs).toMatchObject([
    { run_id: `${id}-1`, variants: ["terminus-2"], planned: 12 },
    { run_id: `${id}-2`, variants: ["codex"], planned: 4 },
  ]);
  const ofOther = found.trials.filter(({ variant }) => variant === "codex");
  expect(ofOther).toMatchObject([{ run_id: `${id}-2`, task_id: "0", trial: 0 }]);
  expect(found.trials.filter(({ variant }) => variant === "terminus-2")).toHaveLength(11);
});

test("models tell arms apart, and settings do where nothing else does", async () => {
  const config = harborFiles(sampleRun)["config.json"] as { agents: Json[] };
  const [agent] = config.agents as [Json];
  const variantsOf = async (second: Json) => {
    const agents = [agent, { ...agent, ...second }];
    const { runs } = await readJob({ "config.json": { ...config, agents } });
    return runs.map(({ variants, models }) => [variants[0], models[0]]);
  };
  expect(await variantsOf({ model_name: "other" })).toEqual([
    ["baseline", "gpt-5-mini"],
    ["baseline", "other"],
  ]);
  expect(await variantsOf({ kwargs: { temperature: 1 } })).toEqual([
    ["terminus-2-1", "gpt-5-mini"],
    ["terminus-2-2", "gpt-5-mini"],
  ]);
});

test("without a lock: the tasks of the config, else their number", async () => {
  const config = harborFiles(sampleRun)["config.json"] as Json;
  const named = { ...config, datasets: [], tasks: [{ path: "t/0" }, { name: "org/x" }] };
  const withTasks = await readJob({ "lock.json": undefined, "config.json": named });
  expect(withTasks.runs[0]).toMatchObject({ task_ids: ["0", "org/x"], planned: 6 });
  const { runs } = await readJob({ "lock.json": undefined });
  expect(runs[0]).toMatchObject({ task_ids: null, planned: 12 });
});

test("a job of which only the trials are left", async () => {
  const path = await writeJob({
    "config.json": undefined,
    "lock.json": undefined,
    "result.json": undefined,
  });
  expect(await harborFormat.detect(path, null)).toBe(true);
  const { runs, trials } = await read(path);
  expect([runs.length, trials.length]).toEqual([0, 12]);
});

test.for([
  ["empty", ""],
  ["no JSON", "result"],
  ["cut off", '{"task_name": "0", "trial_name": "x"'],
  ["a list", "[]"],
  ["without a task", '{"trial_name": "x"}'],
  ["without a name", '{"task_name": "x"}'],
] as const)("a result that is %s costs only itself", async ([, text]) => {
  const errors: Error[] = [];
  const { trials } = await readJob(
    { [inFolder("result.json")]: text },
    { onBadRecord: (error) => errors.push(error) },
  );
  expect(trials).toHaveLength(11);
  expect(errors).toMatchObject([{ code: "bad_record", exitCode: 65 }]);
  expect(errors[0]!.message).toContain(trialName(one));
  await expect(readJob({ [inFolder("result.json")]: text })).rejects.toMatchObject({
    exitCode: 65,
  });
});

test.for(["config.json", "lock.json", "result.json"])(
  "a damaged %s of the job: 65",
  async (name) => {
    const reading = readJob({ [name]: '{"half": ' }, { onBadRecord: () => undefined });
    await expect(reading).rejects.toMatchObject({ code: "bad_record", exitCode: 65 });
    await expect(readJob({ [name]: '{"half": ' })).rejects.toThrow(name);
  },
);

test("other folders are none of Harbor's", async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, "empty"));
  await writeFiles(folder, {
    "node/config.json": { agents: 3 },
    "tau/result.json": { simulations: [] },
    "bad/result.json": "{{{",
    "deep/inside/result.json": { passed: 3 },
  });
  for (const name of ["empty", "node", "tau", "bad", "deep"]) {
    expect(await harborFormat.detect(join(folder, name), null)).toBe(false);
  }
  const file = join(folder, "tau/result.json");
  expect(await harborFormat.detect(file, await fileStart(file))).toBe(false);
});

test("damaged files: records, MxErrors, nothing else", async () => {
  const path = await writeHarbor(await temporaryFolder());
  const names = [
    "config.json",
    "lock.json",
    "result.json",
    ...["result.json", "lock.json", "agent/trajectory.json", "verifier/ctrf.json"].map(inFolder),
  ];
  const damage = fc.record({
    name: fc.constantFrom(...names),
    cut: fc.option(fc.nat(3000)),
    flips: fc.array(fc.tuple(fc.nat(3000), fc.nat(7)), { maxLength: 5 }),
  });
  await fc.assert(
    fc.asyncProperty(damage, async ({ name, cut, flips }) => {
      const file = join(path, name);
      const whole = await readFile(file);
      const bytes = Buffer.from(cut === null ? whole : whole.subarray(0, cut));
      for (const [at, bit] of flips) if (at < bytes.length) bytes[at]! ^= 1 << bit;
      await writeFile(file, bytes);
      const errors: Error[] = [];
      try {
        await harborFormat.detect(path, null);
        const { trials } = await read(path, { onBadRecord: (error) => errors.push(error) });
        for (const trial of trials) expect(ScoredTrial.safeParse(trial).error).toBeUndefined();
        expect(trials.length).toBeGreaterThanOrEqual(11);
      } catch (error) {
        expect(error).toBeInstanceOf(MxError);
        expect(error).toMatchObject({ exitCode: 65 });
      } finally {
        await rm(file);
        await writeFile(file, whole);
      }
      for (const error of errors) expect(error).toBeInstanceOf(MxError);
    }),
    { numRuns: 100 },
  );
});
