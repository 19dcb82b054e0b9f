import type { Score } from "@mx/records";
import fc from "fast-check";
import { expect, test } from "vitest";
import { rewardOf } from "./reward-of.ts";

const grader = { name: "x", version: "1" };

function scores(parts: [value: number | null, weight?: number][]): Record<string, Score> {
  return Object.fromEntries(
    parts.map(([value, weight], index) => [
      `s${index}`,
      { value, grader, ...(weight === undefined ? {} : { weight }) },
    ]),
  );
}

test.for<[[number | null, number?][], number | null]>([
  [[], null],
  [[[1]], 1],
  [[[0]], 0],
  [[[null]], null],
  [[[1], [null]], null],
  [[[1], [0]], 0.5],
  [[[1, 3], [0]], 0.75],
  [
    [
      [1, 0.1],
      [1, 0.2],
      [1, 0.3],
    ],
    1,
  ],
  [
    [
      [0, 0.1],
      [0, 0.7],
    ],
    0,
  ],
  [
    [
      [0.1, 0.1],
      [0.1, 0.7],
    ],
    0.1,
  ],
  [
    [
      [1, 1e308],
      [0, 1e308],
    ],
    0.5,
  ],
  [
    [
      [1, 5e-324],
      [0, 5e-324],
    ],
    0.5,
  ],
  [[[-1], [1]], 0],
  [[[1e308], [-1e308]], 0],
])("%j is %j", ([parts, reward]) => {
  expect(rewardOf(scores(parts))).toBe(reward);
});

test("it is within the range of the scores, whatever their order", () => {
  const value = fc.double({ min: -1e308, max: 1e308, noNaN: true });
  const weight = fc.double({ min: 5e-324, max: 1e308, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(value, weight), { minLength: 1, maxLength: 6 }), (parts) => {
      const given = scores(parts);
      const reward = rewardOf(given) ?? NaN;
      const values = parts.map(([one]) => one);
      expect(reward).toBeGreaterThanOrEqual(Math.min(...values));
      expect(reward).toBeLessThanOrEqual(Math.max(...values));
      expect(rewardOf(Object.fromEntries(Object.entries(given).reverse()))).toBe(reward);
    }),
  );
});
