import type { ScoredTrial } from "@mx/records";
import fc from "fast-check";
import { expect, test } from "vitest";
import { LintTally } from "./lint-tally.ts";
import type { AnyTrajectory } from "./read-steps.ts";
import { scoredTrial } from "./testing/scored-trial.ts";
import { trajectoryOf } from "./testing/trajectory-of.ts";

const group = { model: "m", variant: "baseline" };

function findings(trials: readonly (readonly [ScoredTrial, AnyTrajectory | null])[]) {
  const tally = new LintTally();
  for (const [trial, trajectory] of trials) tally.add(trial, trial.reward, trajectory);
  return tally.findings(group);
}

const many = (n: number, changes: (i: number) => Partial<ScoredTrial>) =>
  Array.from({ length: n }, (_, i) => [scoredTrial(changes(i), i), null] as const);

test("a finding says how many of how many, and names the first ten", () => {
  const [finding, ...others] = findings(many(100, (i) => (i < 52 ? { outcome: "max_turns" } : {})));
  expect(others).toEqual([]);
  expect(finding).toEqual({
    type: "finding",
    version: 1,
    code: "step_cap",
    severity: "error",
    message: "52 of 100 results (52 %) ended at the turn limit",
    group,
    count: 52,
    keys: Array.from({ length: 10 }, (_, i) => scoredTrial({}, i).key),
  });
});

test.for([
  { hits: 1, of: 1, severity: "error", share: "1 of 1 result (100 %)" },
  { hits: 5, of: 200, severity: "info", share: "5 of 200 results (2.5 %)" },
  { hits: 1, of: 3000, severity: "info", share: "1 of 3000 results (under 0.1 %)" },
  { hits: 10, of: 200, severity: "warning", share: "10 of 200 results (5 %)" },
  { hits: 49, of: 200, severity: "warning", share: "49 of 200 results (24.5 %)" },
  { hits: 50, of: 200, severity: "error", share: "50 of 200 results (25 %)" },
  { hits: 2999, of: 3000, severity: "error", share: "2999 of 3000 results (over 99.9 %)" },
])("$share is $severity", ({ hits, of, severity, share }) => {
  const [finding] = findings(many(of, (i) => (i < hits ? { outcome: "max_turns" } : {})));
  expect(finding).toMatchObject({ severity, message: `${share} ended at the turn limit` });
});

test("error records are of all attempts, by class, while shares of results leave out what is none", () => {
  const fault = (name: string) => ({ fault: { class: name, message: "", retryable: true } });
  const trials = many(20, (i) => {
    if (i < 3) return { outcome: "infra_error", reward: null, ...fault("model_unreachable") };
    if (i < 5) return { outcome: "failed", ...fault("agent_error") };
    return i < 6 ? { outcome: "max_turns" } : {};
  });
  expect(findings(trials).map(({ message }) => message)).toEqual([
    "5 of 20 attempts (25 %) are error records: agent_error 2, model_unreachable 3",
    "1 of 17 results (5.9 %) ended at the turn limit",
  ]);
});

test("one reward that nobody earned is an error, however many trials there are", () => {
  const none = { ...scoredTrial().usage, calls: 0 };
  const trials = many(1000, (i) => (i === 7 ? { usage: none } : {}));
  expect(findings(trials)).toMatchObject([
    { code: "reward_without_agent", severity: "error", count: 1 },
  ]);
});

const question = { role: "user", content: "?" } as const;
const chat = trajectoryOf([question, { role: "assistant", content: "42" }]);
const worker = trajectoryOf([
  question,
  {
    role: "assistant",
    content: "",
    tool_calls: [{ id: "c", function: { name: "get", arguments: "{}" } }],
  },
]);
const idle = trajectoryOf([question, { role: "assistant", content: "42" }], ["get"]);

test.for([
  { title: "nobody has tools", trajectories: [chat, chat], count: undefined },
  { title: "others call tools", trajectories: [chat, chat, worker], count: 2 },
  { title: "tools were offered", trajectories: [idle, chat], count: 1 },
  { title: "both", trajectories: [idle, chat, worker], count: 2 },
  { title: "all call tools", trajectories: [worker, worker], count: undefined },
])("no tool calls: $title", ({ trajectories, count }) => {
  const found = findings(
    trajectories.map((trajectory, i) => [scoredTrial({}, i), trajectory] as const),
  );
  expect(found.find(({ code }) => code === "no_tool_calls")?.count).toBe(count);
});

test("the order of trials changes nothing", () => {
  const outcome = fc.constantFrom<ScoredTrial["outcome"]>(
    "completed",
    "failed",
    "timeout",
    "max_turns",
    "infra_error",
  );
  const name = fc.constantFrom("a", "b", "c", "d", "e", "f", "g", "h", "i");
  const trial = fc.record({
    outcome,
    name,
    output: fc.constantFrom("", "42", "<think>"),
    trajectory: fc.constantFrom(null, chat, worker, idle),
  });
  const trials = fc.array(trial, { maxLength: 60 }).map((all) =>
    all.map(({ outcome, name, output, trajectory }, i) => {
      const fault = { class: name, message: "", retryable: false };
      return [
        scoredTrial({ outcome, fault, output, output_bytes: output.length }, (i * 7919) % 61),
        trajectory,
      ] as const;
    }),
  );
  const shuffled = trials.chain((all) =>
    fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
  );
  fc.assert(
    fc.property(shuffled, ([all, other]) => {
      const found = findings(all);
      expect(findings(other)).toEqual(found);
      for (const { count, keys = [], message } of found) {
        expect(keys).toHaveLength(Math.min(count ?? 0, 10));
        expect(keys).toEqual(keys.toSorted());
        expect(message).not.toMatch(/NaN|Infinity|undefined/);
      }
    }),
  );
});

test("nothing seen, nothing found", () => {
  expect(findings([])).toEqual([]);
});
