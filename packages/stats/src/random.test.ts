import { expect, test } from "vitest";
import { Random } from "./random.ts";

test.for([
  [0, [3737715805, 2584255861, 2876756834, 3286328325, 1553311962]],
  [42, [1776835114, 4165204688, 17111135, 2317295270, 2792088233]],
  [-1, [477689756, 2493998634, 555695776, 607808419, 61340979]],
] as const)("seed %d gives what the published algorithms give", ([seed, expected]) => {
  const random = new Random(seed);
  expect(expected.map(() => random.bits())).toEqual(expected);
});

test.for([2, 10, 1000, 5000])("below(%d) is even", (count) => {
  const random = new Random(7);
  const draws = 200_000;
  const parts = Array.from({ length: Math.min(count, 10) }, () => 0);
  for (let draw = 0; draw < draws; draw++) {
    const value = random.below(count);
    if (!Number.isInteger(value) || value < 0 || value >= count) expect.fail(`${value}`);
    parts[Math.floor((value / count) * parts.length)]! += 1;
  }
  const each = draws / parts.length;
  // Five standard deviations.
  for (const part of parts) expect(Math.abs(part - each)).toBeLessThan(5 * Math.sqrt(each));
});

test("next() is uniform over [0, 1)", () => {
  const random = new Random(1);
  const values = Array.from({ length: 100_000 }, () => random.next());
  expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + value * value, 0) / values.length;
  expect(mean).toBeCloseTo(1 / 2, 2);
  expect(square).toBeCloseTo(1 / 3, 2);
});

test("what is no seed is refused", () => {
  for (const seed of [0.5, NaN, Infinity, 2 ** 53]) {
    expect(() => new Random(seed)).toThrow(RangeError);
  }
});
