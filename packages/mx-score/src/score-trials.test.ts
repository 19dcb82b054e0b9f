import { sha256, type Run } from "@mx/records";
import fc from "fast-check";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { score, trial } from "./testing/score.ts";

const data = join(import.meta.dirname, "../../../../shared/data/tau-bench");
const published = (file: string) => join(data, file);
const noData = existsSync(data) ? false : `no ${data}: the published results are not here`;

describe.skipIf(noData)("published results", () => {
  const ks = { k: "1,2,3,4", summaryOnly: true };

  test("gpt-4o-airline gives the published pass^1 to pass^4", async () => {
    const { summaries, exitCode } = await score([], ks, [published("gpt-4o-airline.json")]);
    expect(exitCode).toBe(0);
    expect(summaries).toMatchObject([{ tasks: 50, planned: 200, scored: 200, coverage: 1 }]);
    const figures = Object.values(summaries[0]?.pass_hat_k ?? {});
    expect(figures.map((figure) => figure?.toFixed(3))).toEqual([
      "0.420",
      "0.273",
      "0.220",
      "0.200",
    ]);
  });

  test("hist_1bdbe093 printed a pass^4 of 1.86, and has 13 conflicts among 39 duplicates", async () => {
    const { summaries, findings, notes, exitCode } = await score([], ks, [
      published("hist_1bdbe093.ndjson"),
    ]);
    expect(exitCode).toBe(75);
    const conflicts = findings.find(({ code }) => code === "conflicting_duplicates");
    expect(conflicts?.count).toBe(13);
    expect(conflicts?.trials).toHaveLength(13);
    // The other 26 duplicates agree.
    expect(notes[0]).toMatch(/^26 attempts/);
    for (const minCoverage of [0.95, 0.1, 0]) {
      const [summary] = (
        await score([], { ...ks, minCoverage }, [published("hist_1bdbe093.ndjson")])
      ).summaries;
      const shown = Object.values(summary?.pass_hat_k ?? {}).filter((figure) => figure !== null);
      for (const [index, figure] of shown.entries()) {
        expect(figure).toBeGreaterThanOrEqual(0);
        expect(figure).toBeLessThanOrEqual(shown[index - 1] ?? 1);
      }
    }
    expect(summaries[0]?.pass_hat_k["1"]).toBeCloseTo(0.3533333333, 9);
  });

  test("retail_act printed .054 beside a mean of .258", async () => {
    const { summaries } = await score([], { summaryOnly: true, k: "1,5" }, [
      published("results_retail_act_4B_num_trials-5.ndjson"),
    ]);
    expect(summaries[0]?.mean_reward).toBeCloseTo(21.4 / 85, 9);
    expect(summaries[0]?.pass_hat_k["1"]).toBe(summaries[0]?.mean_reward);
  });

  test("errors of the connection are missing and not failures", async () => {
    const { summaries } = await score([], { summaryOnly: true }, [
      published("hist_74c177df.ndjson"),
    ]);
    expect(summaries[0]).toMatchObject({ planned: 50, scored: 39, complete: false });
    expect(summaries[0]?.mean_reward).toBeCloseTo(6 / 39, 9);
    expect(summaries[0]?.mean_reward_bounds).toEqual({ low: 0.12, high: 0.34 });
  });
});

const journal = fc.array(
  fc.record({
    task: fc.nat(6),
    index: fc.nat(4),
    passed: fc.option(fc.boolean(), { freq: 5 }),
    run: fc.constantFrom("r", "s"),
  }),
  { minLength: 1, maxLength: 60 },
);

test("order and repetition change nothing; figures stay in range, pass^k falls and pass@k rises", async () => {
  await fc.assert(
    fc.asyncProperty(journal, fc.infiniteStream(fc.nat(1000)), async (rows, random) => {
      const trials = rows.map(({ task, index, passed, run }) =>
        trial(`t${task}`, index, passed, {
          run_id: run,
          ...(task < 4 ? { cluster: `c${task % 3}` } : {}),
        }),
      );
      const flags = { summaryOnly: true, k: "1,2,3,4,5", minCoverage: 0, passThreshold: 1 };
      const { summaries, findings } = await score(trials, flags);
      const shuffled = [...trials, ...trials.filter(() => (random.next().value ?? 0) % 2 === 0)]
        .map((one) => ({ one, at: random.next().value ?? 0 }))
        .sort((a, b) => a.at - b.at)
        .map(({ one }) => one);
      const again = await score(shuffled, flags);
      expect(JSON.stringify(again.summaries)).toBe(JSON.stringify(summaries));
      expect(again.findings).toEqual(findings);
      const [summary] = summaries;
      if (summary?.mean_reward == null) return;
      const { low, high } = summary.mean_reward_bounds;
      expect(summary.mean_reward).toBeGreaterThanOrEqual(low ?? 0);
      expect(summary.mean_reward).toBeLessThanOrEqual(high ?? 1);
      const interval = summary.mean_reward_interval;
      if (interval.low !== null) {
        expect(interval.low).toBeLessThanOrEqual(summary.mean_reward);
        expect(interval.high).toBeGreaterThanOrEqual(summary.mean_reward);
        expect([interval.low >= 0, (interval.high ?? 2) <= 1]).toEqual([true, true]);
      }
      for (const end of [summary.rerun_interval?.low, summary.rerun_interval?.high]) {
        if (end != null) expect(end >= 0 && end <= 1).toBe(true);
      }
      const known = (figures: Record<string, number | null>) =>
        Object.values(figures).filter((figure) => figure !== null);
      const hat = known(summary.pass_hat_k);
      const at = known(summary.pass_at_k);
      expect(hat).toEqual([...hat].sort((a, b) => b - a));
      expect(at).toEqual([...at].sort((a, b) => a - b));
      for (const figure of [...hat, ...at]) expect(figure >= 0 && figure <= 1).toBe(true);
    }),
    { numRuns: 200 },
  );
});

const run = (more: Partial<Run>): Run => ({
  ...{ type: "run", version: 1, run_id: "r", state: "done", started_at: "2026-01-01T00:00:00Z" },
  ...{ command: [], versions: {}, git_commit: null, agent: { name: "a", digest: null } },
  ...{ backend: "local", endpoint: null, models: ["m"], variants: ["baseline"] },
  sampling: { temperature: null, top_p: null, max_tokens: null, seed: null },
  ...{ trials: 2, task_ids: ["a", "b", "c"], planned: 6, limits: {}, network: "none" },
  ...{ fingerprint: "0".repeat(64), ...more },
});

describe("what was planned", () => {
  const two = [trial("a", 0, true), trial("a", 1, false), trial("b", 0, true)];

  test("is in the run record, whatever the groups", async () => {
    for (const by of ["model,variant", "model", "run_id", "variant,run_id"]) {
      const { summaries } = await score([run({}), ...two], { by });
      expect(summaries).toMatchObject([{ tasks: 3, planned: 6, scored: 3, coverage: 0.5 }]);
      expect(summaries[0]?.mean_reward_bounds).toEqual({ low: 1 / 3, high: 5 / 6 });
    }
    const byTask = await score([run({}), ...two], { by: "task_id" });
    expect(byTask.summaries.map(({ group, planned, scored }) => [group, planned, scored])).toEqual([
      [{ task_id: "a" }, 2, 2],
      [{ task_id: "b" }, 2, 1],
      [{ task_id: "c" }, 2, 0],
    ]);
  });

  test("is what --expect says, where it is given", async () => {
    const { summaries, exitCode } = await score(two, { expect: "4x2" });
    expect(summaries).toMatchObject([{ tasks: 4, planned: 8, scored: 3, complete: false }]);
    expect(exitCode).toBe(75);
    expect((await score(two, { expect: "2x2", minCoverage: 0.7 })).exitCode).toBe(0);
  });

  test("cannot be told apart by fields that only trials have, which is said", async () => {
    const { notes, summaries } = await score([run({}), ...two], { by: "cluster" });
    expect(notes.join()).toContain("cannot be told apart by cluster");
    expect(summaries).toMatchObject([{ group: { cluster: null }, planned: 3 }]);
  });
});

test("groups without the model pool the models' trials of a task", async () => {
  const key = sha256("other");
  const { summaries } = await score(
    [trial("a", 0, true), trial("a", 0, false, { model: "n", key })],
    { by: "variant" },
  );
  expect(summaries).toMatchObject([
    { tasks: 1, planned: 2, scored: 2, mean_reward: 0.5, conflicts: 0 },
  ]);
});

test("a trial that was asked in two ways is reported and not scored", async () => {
  const { summaries, findings } = await score([
    trial("a", 0, true),
    trial("a", 0, true, { key: sha256("another question"), run_id: "s" }),
  ]);
  expect(summaries).toMatchObject([{ scored: 0, conflicts: 1 }]);
  expect(findings.map(({ code }) => code)).toContain("mixed_questions");
});

describe("graders", () => {
  const answers = [
    trial("a", 0, null, { outcome: "completed", output: "It is 42.", target: "42" }),
    trial("b", 0, null, { outcome: "completed", output: "It is 41.", target: "42" }),
    trial("c", 0, null, { target: "42" }),
  ];

  test("by flag, several at once, each with its identity", async () => {
    const { trials, summaries } = await score(answers, {
      grader: ["numeric", "regex:^It is"],
      minCoverage: 0,
    });
    expect(trials.map(({ reward, passed }) => [reward, passed])).toEqual([
      [1, true],
      [0.5, false],
      [null, null],
    ]);
    expect(trials[0]?.scores["numeric"]).toMatchObject({ value: 1, grader: { name: "numeric" } });
    expect(summaries[0]?.scores).toEqual({
      numeric: { mean: 0.5, scored: 2, missing: 0 },
      regex: { mean: 1, scored: 2, missing: 0 },
    });
  });

  test("by flag are in place of the task's checks, but for --grader checks", async () => {
    const trials = [trial("a", 0, false, { output: "42", target: "42" })];
    const reward = async (...grader: string[]) =>
      (await score(trials, { grader })).trials[0]?.reward;
    expect(await reward("numeric")).toBe(1);
    expect(await reward("numeric", "checks")).toBe(0.5);
    expect(await reward("checks")).toBe(0);
  });

  test("that a task brings along are weighted with its checks", async () => {
    const own = { graders: [{ kind: "numeric" as const, weight: 3 }], target: "42" };
    const { trials } = await score([
      trial("a", 0, true, { ...own, output: "41" }),
      trial("b", 0, false, { ...own, output: "42" }),
    ]);
    expect(trials.map(({ reward }) => reward)).toEqual([0.25, 0.75]);
  });

  test("one score can be the reward", async () => {
    const flags = { grader: ["numeric", "regex:^It is"], reward: "regex", minCoverage: 0 };
    expect((await score(answers, flags)).trials.map(({ reward }) => reward)).toEqual([1, 1, null]);
  });

  test("a command that a record brings along is not run", async () => {
    const graders = [{ kind: "command" as const, command: "echo 1" }];
    const bad = [trial("a", 0, true, { graders })];
    await expect(score(bad)).rejects.toMatchObject({ code: "command_from_record", exitCode: 2 });
    expect((await score(bad, { allowCommands: true })).trials).toMatchObject([{ reward: 1 }]);
  });

  test("grading anew tells what has changed", async () => {
    const before = (await score(answers, { grader: ["equals"], minCoverage: 0 })).trials;
    const { findings } = await score(before, {
      grader: ["numeric"],
      rescore: true,
      minCoverage: 0,
    });
    expect(findings.find(({ code }) => code === "rescored")).toMatchObject({
      count: 1,
      message: "1 of 3 rewards have changed: 1 up, 0 down; their mean went from 0.000 to 1.000",
    });
  });
});

test("a bootstrap is the same for the same seed", async () => {
  const trials = Array.from({ length: 30 }, (_, n) => trial(`t${n}`, 0, n % 3 === 0));
  const flags = { bootstrap: 500, seed: 7, summaryOnly: true };
  const interval = async (more: object) =>
    (await score(trials, { ...flags, ...more })).summaries[0]?.mean_reward_interval;
  expect(await interval({})).toEqual(await interval({}));
  expect(await interval({})).not.toEqual(await interval({ seed: 8 }));
  expect((await interval({}))?.method).toContain("seed 7");
});

test("gates: a finding, a mean, and coverage before both", async () => {
  const cap = [trial("a", 0, true, { outcome: "max_turns" })];
  expect((await score(cap, { failOnFinding: "error" })).exitCode).toBe(1);
  expect((await score([trial("a", 0, true)], { failOnFinding: "info" })).exitCode).toBe(0);
  expect((await score([trial("a", 0, false)], { failUnder: 0.5 })).exitCode).toBe(1);
  expect((await score([trial("a", 0, null)], { failUnder: 0.5 })).exitCode).toBe(75);
});
