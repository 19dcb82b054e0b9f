import { expect, test } from "vitest";
import { testsText, trialRewards } from "./trial-rewards.ts";

test.for([
  ["one", { reward: 1 }, 1],
  ["one of another name", { accuracy: 0.25 }, 0.25],
  ["the one that is named so", { style: 0.5, reward: 0 }, 0],
  ["several of other names", { style: 0.5, tests: 1 }, null],
  ["a truth value", { reward: true }, 1],
  ["no number", { reward: "1" }, null],
  ["none", {}, null],
  ["null", null, null],
  ["a list", [1], null],
] as const)("%s", ([, rewards, reward]) => {
  const found = trialRewards(rewards, null);
  expect(found.reward).toBe(reward);
  const names = Array.isArray(rewards) ? [] : Object.keys(rewards ?? {});
  expect(Object.keys(found.scores)).toEqual(names);
});

test("what tests found explains the scores", () => {
  const text = testsText({ results: { summary: { tests: 5, passed: 4 } } });
  expect(text).toBe("4 of 5 tests passed");
  expect(trialRewards({ reward: 0 }, text).scores["reward"]).toEqual({
    value: 0,
    grader: { name: "verifier", version: "unknown" },
    explanation: "4 of 5 tests passed",
  });
  expect(testsText({})).toBeNull();
});
