import { timedOut, withTimeLimit } from "@mx/cli/time-limit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { patternCost } from "./pattern-cost.ts";

test.for<[string, number]>([
  ["abc", 1],
  ["[a-z(*]\\(\\)", 1],
  ["a+", 2],
  ["(?:ab)*c", 2],
  ["(?<name>\\d+)", 2],
  ["a+b+", 3],
  ["(a+|b+)c", 2],
  ["(a+)?", 2],
  ["a{3,7}", 1],
  ["a{3,}", 2],
  ["[)]+", 2],
])("%j costs at most length ** %j", ([pattern, degree]) => {
  const cost = patternCost(pattern);
  expect(Math.round(Math.log10(cost(1e9) / cost(1e8)))).toBe(degree);
});

test.for([
  "(a+)+",
  "(a|b)*",
  "(a?){9}",
  "(?=a)",
  "(?<!a)b",
  "(a)\\1",
  "(?<x>a)\\k<x>",
  "(a*){2,3}",
])("%j has no bound", (pattern) => {
  expect(patternCost(pattern)(10)).toBe(Infinity);
});

test("patterns with a small bound take little time on the worst of texts", () => {
  const atom = fc.constantFrom("a", "b", ".", "[ab]", "\\w", "(?:ab)", "(a)", "(a|b)", "(a+)");
  const quantifier = fc.constantFrom("", "*", "+", "?", "{2}", "{1,3}", "{2,}", "*?");
  const part = fc.tuple(atom, quantifier).map((pair) => pair.join(""));
  const pattern = fc
    .array(
      fc.array(part, { maxLength: 5 }).map((parts) => parts.join("")),
      { minLength: 1, maxLength: 3 },
    )
    .map((alternatives) => alternatives.join("|"));
  const text = fc
    .array(fc.constantFrom("a", "b", "ab"), { maxLength: 60 })
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(pattern, text, (source, given) => {
      const all = `${given}c`.repeat(1);
      if (patternCost(source)(all.length) > 20_000_000) return;
      const regex = new RegExp(`${source}$`, "u");
      expect(withTimeLimit(1000, () => regex.test(all))).not.toBe(timedOut);
    }),
    { numRuns: 500 },
  );
});
