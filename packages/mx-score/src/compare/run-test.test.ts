import { Random } from "@mx/stats";
import { expect, test } from "vitest";
import type { Pair } from "./pair-tasks.ts";
import { runTest } from "./run-test.ts";

/** A reward of one arm, from the task's own chance. */
type Draw = (random: Random, chance: number) => number;

const passes =
  (trials: number): Draw =>
  (random, chance) =>
    Array.from({ length: trials }, () => random.next()).filter((x) => x < chance).length / trials;
/** Rarely anything, and then a lot. */
const lopsided: Draw = (random, chance) => (random.next() < 0.1 ? chance : chance / 50);

function pairs(random: Random, tasks: number, draw: Draw, clusterSize: number): Pair[] {
  let chance = 0;
  return Array.from({ length: tasks }, (_, index) => {
    if (index % clusterSize === 0) chance = random.next();
    const cluster = clusterSize === 1 ? null : `c${Math.floor(index / clusterSize)}`;
    return { taskId: `t${index}`, a: draw(random, chance), b: draw(random, chance), cluster };
  });
}

test.for<[string, number, Draw, number, RegExp]>([
  ["50 tasks, one trial", 50, passes(1), 1, /^McNemar, exact$/],
  ["12 tasks, 4 trials", 12, passes(4), 1, /^sign-flip permutation, exact$/],
  ["40 tasks, 4 trials", 40, passes(4), 1, /^paired t$/],
  ["60 lopsided tasks", 60, lopsided, 1, /permutation|paired t/],
  ["30 clusters of 3", 90, passes(2), 3, /^paired t over clusters$/],
])("arms that do not differ are called different in at most 7 of 100: %s", ([, ...given]) => {
  const [tasks, draw, clusterSize, method] = given;
  const random = new Random(77);
  const rounds = 600;
  let rejected = 0;
  let held = 0;
  for (let round = 0; round < rounds; round++) {
    const drawn = pairs(random, tasks, draw, clusterSize);
    const result = runTest(drawn, { test: "auto", seed: round, level: 0.95 });
    expect(result.method).toMatch(method);
    if (result.p! <= 0.05) rejected += 1;
    if (result.interval.low! <= 0 && 0 <= result.interval.high!) held += 1;
  }
  expect(rejected / rounds).toBeLessThan(0.07);
  expect(held / rounds).toBeGreaterThan(0.92);
});

test("no pairs, no test", () => {
  expect(runTest([], { test: "mcnemar", seed: 0, level: 0.95 })).toMatchObject({
    difference: null,
    p: null,
    interval: { low: null, high: null },
    smallestVisible: null,
    clusters: null,
    method: "none, no pairs",
  });
});

test("rewards beyond [0, 1] have an interval that is not cut off, and none where they do not vary", () => {
  const options = { test: "t", seed: 0, level: 0.95 } as const;
  const pair = (a: number, b: number, index: number): Pair => ({
    taskId: `t${index}`,
    a,
    b,
    cluster: null,
  });
  const wide = [pair(10, 10.9, 0), pair(10, 9.1, 1), pair(10, 10.5, 2)];
  expect(runTest(wide, options).interval.high).toBeGreaterThan(1);
  const still = [pair(10, 10.5, 0), pair(3, 3.5, 1)];
  expect(runTest(still, options)).toMatchObject({ p: null, interval: { low: null, high: null } });
});
