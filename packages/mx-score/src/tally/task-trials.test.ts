import fc from "fast-check";
import { expect, test } from "vitest";
import { TaskTrials } from "./task-trials.ts";

test("an attempt counts once, however often and in whatever order it comes", () => {
  const attempt = fc.record({ index: fc.nat(20), mark: fc.integer({ min: 0, max: 5 }) });
  fc.assert(
    fc.property(fc.array(attempt), (attempts) => {
      const trials = new TaskTrials();
      const isNew = attempts.filter(({ index, mark }) =>
        trials.add(index, { key: 1, attempt: mark }, 1),
      );
      // 0 is no mark: it counts as 1.
      const different = new Set(attempts.map(({ index, mark }) => `${index} ${Math.max(mark, 1)}`));
      expect(isNew).toHaveLength(different.size);
    }),
  );
});

test("results that agree are one, and those that disagree are none", () => {
  const trials = new TaskTrials();
  const results: [index: number, result: number | null | undefined][] = [
    [0, undefined],
    [1, 0.5],
    [1, 0.5],
    [1, undefined],
    [7, 1],
    [7, 0],
    [7, 1],
    [3, null],
  ];
  for (const [n, [index, result]] of results.entries()) {
    expect(trials.add(index, { key: 1, attempt: n + 1 }, result)).toBe(true);
  }
  expect(trials.rewards()).toEqual([0.5]);
  expect(trials).toMatchObject({ attempted: 4, finished: 3 });
  expect(trials.conflicts()).toEqual([7]);
  expect(trials.labels()).toEqual([0, 1, 3, 7]);
});

test("a trial that was asked in two ways is not scored", () => {
  const trials = new TaskTrials();
  for (const [key, index] of [
    [1, 0],
    [2, 0],
    [1, 1],
  ] as const) {
    trials.add(index, { key, attempt: key }, 1);
  }
  expect(trials.mixed()).toEqual([0]);
  expect(trials.conflicts()).toEqual([0]);
  expect(trials.rewards()).toEqual([1]);
});
