import { isResult, Run, ScoredTrial, trajectoryFaults } from "@mx/records";
import { expect, test } from "vitest";
import { readResults } from "./read-results.ts";
import { collect } from "./testing/collect.ts";
import { fixtures } from "./testing/fixtures.ts";
import { sampleRun } from "./testing/sample-run.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";
import { writeGoat } from "./testing/write-goat.ts";

/** goat judges nothing: see its own tests. */
const cases = fixtures.filter(({ lacks }) => lacks !== "rewards");

test.for(cases)("$name: the same verdict", async ({ write, format, outcomes = {} }) => {
  const path = await write(await temporaryFolder());
  const { trials, runs } = await collect(readResults(path));
  const told = trials.map(({ task_id, trial, reward, outcome }) => ({
    task_id,
    trial,
    reward,
    outcome,
  }));
  const wanted = sampleRun.trials.map(({ task, trial, reward, ending }) => ({
    task_id: task.id,
    trial,
    reward,
    outcome: outcomes[ending] ?? ending,
  }));
  expect(sorted(told)).toEqual(sorted(wanted));

  const scored = trials.filter(({ outcome }) => isResult(outcome));
  expect(scored).toHaveLength(11);
  expect(scored.reduce((sum, { reward }) => sum + reward!, 0) / 11).toBe(0.5);

  for (const trial of trials) {
    expect(ScoredTrial.safeParse(trial).error).toBeUndefined();
    expect(trial.backend).toBe(format);
    if (trial.trajectory !== undefined) expect(trajectoryFaults(trial.trajectory)).toEqual([]);
  }
  for (const run of runs) {
    expect(Run.safeParse(run).error).toBeUndefined();
    expect(run).toMatchObject({ planned: 12, trials: 3, models: [sampleRun.model] });
    expect(new Set(trials.map(({ run_id }) => run_id))).toEqual(new Set([run.run_id]));
  }
});

test.for(cases.filter(({ lacks }) => lacks === undefined))(
  "$name: the same conversation",
  async ({ write }) => {
    const path = await write(await temporaryFolder());
    const { trials } = await collect(readResults(path));
    const ended = trials.find(({ task_id, trial }) => task_id === "0" && trial === 1)!;
    expect(ended.output).toBe("42");
    const steps = (ended.trajectory as { steps: Record<string, unknown>[] }).steps;
    const call = steps.find((step) => step["tool_calls"] !== undefined);
    expect(call).toMatchObject({
      source: "agent",
      tool_calls: [{ tool_call_id: "call_1", function_name: "look_up" }],
      observation: { results: [{ source_call_id: "call_1", content: '{"found": true}' }] },
    });
    expect((call!["tool_calls"] as { arguments: unknown }[])[0]!.arguments).toEqual({
      query: "What is 17 + 25?",
    });
    expect(ended.turns).toBe(path.includes("verifiers-v1") ? 3 : 2);

    const bare = await collect(readResults(path, { withoutTrajectories: true }));
    expect(bare.trials.map(({ trajectory }) => trajectory)).toEqual(trials.map(() => undefined));
    expect(bare.trials.map(({ key }) => key)).toEqual(trials.map(({ key }) => key));
  },
);

// mx's own records keep their arm and their model.
test.for(cases.filter(({ format }) => format !== "mx"))(
  "$name: keys are those of the trials",
  async ({ write }) => {
    const [folder, elsewhere] = [await temporaryFolder(), await temporaryFolder()];
    const { trials } = await collect(readResults(await write(folder)));
    const { trials: again } = await collect(readResults(await write(elsewhere)));
    expect(new Set(trials.map(({ key }) => key)).size).toBe(12);
    expect(again.map(({ key }) => key)).toEqual(trials.map(({ key }) => key));
    const asModel = await collect(readResults(await write(folder), { model: "other" }));
    expect(asModel.trials.map(({ model }) => model)).toEqual(trials.map(() => "other"));
    expect(asModel.trials[0]!.key).not.toBe(trials[0]!.key);
    const asArm = await collect(readResults(await write(folder), { variant: "b" }));
    expect(asArm.trials.map(({ variant }) => variant)).toEqual(trials.map(() => "b"));
    expect(asArm.trials[0]!.key).not.toBe(trials[0]!.key);
  },
);

test("goat: says how agents ended, and judges nothing", async () => {
  const folder = await temporaryFolder();
  const path = await writeGoat(folder, sampleRun, { trial: 2 });
  const { trials, runs } = await collect(readResults(path));
  expect(runs).toMatchObject([
    { run_id: "20260214_103000", planned: 4, started_at: "2026-02-14T10:30:00.000Z" },
  ]);
  expect(
    trials.map(({ task_id, outcome, reward, scores }) => [
      task_id,
      outcome,
      reward,
      scores["exit-code"]!.value,
    ]),
  ).toEqual([
    ["0", "completed", null, 1],
    ["1", "infra_error", null, null],
    ["2", "completed", null, 1],
    ["3", "completed", null, 1],
  ]);
});

function sorted<T extends { task_id: string; trial: number }>(rows: T[]): T[] {
  return rows.toSorted((a, b) => a.task_id.localeCompare(b.task_id) || a.trial - b.trial);
}
