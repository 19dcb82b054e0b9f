import { expect, test } from "vitest";
import { Occurrences } from "./occurrences.ts";

test("equal requests are counted, and a place that was given back is taken next", () => {
  const occurrences = new Occurrences();
  const [first, second] = [occurrences.take("a"), occurrences.take("a")];
  expect([first.index, second.index, occurrences.take("b").index]).toEqual([0, 1, 0]);
  second.giveBack();
  first.giveBack();
  first.giveBack();
  expect([0, 1, 2].map(() => occurrences.take("a").index)).toEqual([0, 1, 2]);
});

test("what was last asked longest ago is forgotten first", () => {
  const occurrences = new Occurrences(2);
  for (const name of ["a", "b", "a", "c"]) occurrences.take(name);
  expect(occurrences.take("a").index).toBe(2);
  expect(occurrences.take("b").index).toBe(0);
});
