import { expect, test } from "vitest";
import { smallestVisible, tasksNeeded, trialsNeeded, visibleEffect } from "./planning.ts";

const demand = { power: 0.8, alpha: 0.05 };
const spread = { omega: Math.sqrt(1 / 9), sigmaA: Math.sqrt(1 / 6), sigmaB: Math.sqrt(1 / 6) };

test.for([
  [1, 3876],
  [10, 1260],
] as const)("seeing 3 points with %d trials takes %d tasks", ([trials, tasks]) => {
  expect(tasksNeeded(0.03, trials, spread, demand)).toBe(tasks);
});

test.for([
  [1, 0.13273365],
  [10, 0.07566947],
] as const)("198 tasks with %d trials show %d", ([trials, effect]) => {
  expect(Math.abs(visibleEffect(198, trials, spread, demand) - effect)).toBeLessThan(1e-6);
});

test("the three formulas are one", () => {
  for (const trials of [1, 2, 5, 40]) {
    for (const tasks of [10, 300, 5000]) {
      const effect = visibleEffect(tasks, trials, spread, demand);
      expect(tasksNeeded(effect, trials, spread, demand)).toBe(tasks);
      expect(trialsNeeded(effect, tasks, spread, demand)).toBe(trials);
    }
  }
});

test("no number of trials shows what the tasks' own differences hide", () => {
  const limit = visibleEffect(198, 1e12, spread, demand);
  expect(trialsNeeded(limit * 0.99, 198, spread, demand)).toBeNull();
  expect(trialsNeeded(limit * 1.2, 198, spread, demand)).toBeGreaterThan(1);
  const still = { omega: 0.5, sigmaA: 0, sigmaB: 0 };
  expect(trialsNeeded(visibleEffect(50, 1, still, demand), 50, still, demand)).toBe(1);
  expect(trialsNeeded(visibleEffect(50, 1, still, demand) * 0.99, 50, still, demand)).toBeNull();
  expect(tasksNeeded(0.5, 4, { omega: 0, sigmaA: 0, sigmaB: 0 }, demand)).toBe(2);
});

test("the smallest visible difference: z(0.975) + z(0.8) standard errors, null where there is no spread", () => {
  expect(smallestVisible(0.5, 100)).toBeCloseTo(
    0.05 * (1.959963984540054 + 0.8416212335729143),
    12,
  );
  expect([smallestVisible(0.5, 1), smallestVisible(0, 100)]).toEqual([null, null]);
});
