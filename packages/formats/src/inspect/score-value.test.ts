import { expect, test } from "vitest";
import { scoreValue } from "./score-value.ts";

test.for<[value: unknown, wanted: number | null]>([
  ["C", 1],
  ["P", 0.5],
  ["I", 0],
  ["N", 0],
  ["c", null],
  ["yes", 1],
  ["True", 1],
  ["NO", 0],
  ["false", 0],
  ["0.25", 0.25],
  [" -3e2 ", -300],
  ["1_000", 1000],
  [".5", 0.5],
  ["5.", 5],
  ["1e999", null],
  ["nan", null],
  ["Infinity", null],
  ["0x10", null],
  ["", null],
  ["excellent", null],
  ["toString", null],
  [1, 1],
  [0.75, 0.75],
  [-2, -2],
  [true, 1],
  [false, 0],
  [Number.NaN, null],
  [Number.POSITIVE_INFINITY, null],
  [null, null],
  [undefined, null],
  [[1], null],
  [{ a: 1 }, null],
])("%j", ([value, wanted]) => {
  expect(scoreValue(value)).toBe(wanted);
});
