import fc from "fast-check";
import { expect, test } from "vitest";
import { figures } from "./figures.ts";

test("what is not known is -, and 0 is 0", () => {
  const names = [
    "count",
    "rate",
    "difference",
    "p",
    "percent",
    "large",
    "money",
    "duration",
  ] as const;
  for (const name of names) {
    expect([figures[name](null), figures[name](undefined)]).toEqual(["-", "-"]);
  }
  expect(names.map((name) => figures[name](0))).toEqual([
    "0",
    "0.000",
    "0.000",
    "0",
    "0 %",
    "0",
    "$0.00",
    "0 ms",
  ]);
  expect(figures.tokens(null, null)).toBe("-");
  expect(figures.tokens(0, null)).toBe("0 / -");
  expect(figures.interval({ low: null, high: null })).toBe("-");
  expect(figures.interval({ low: 0.25, high: null })).toBe("[0.250, -]");
});

test.for([
  [0.42, "0.420"],
  [2 / 3, "0.667"],
  [1, "1.000"],
  [0.0004, "<0.001"],
  [0.9996, ">0.999"],
  [-0.0004, ">-0.001"],
  [-0.25, "-0.250"],
  [12_345.678_9, "12,345.679"],
  [1e9, "1.000e+9"],
  [-1e308, "-1.000e+308"],
] as const)("rate %d is %s", ([value, text]) => expect(figures.rate(value)).toBe(text));

test.for([
  [0.08, "+0.080"],
  [-0.08, "-0.080"],
  [0.0001, "<+0.001"],
  [-0.0001, ">-0.001"],
] as const)("difference %d is %s", ([value, text]) => {
  expect(figures.difference(value)).toBe(text);
});

test.for([
  [1, "1.000"],
  [0.0412, "0.041"],
  [0.000_34, "0.00034"],
  [0.000_000_1, "<0.000001"],
] as const)("p %d is %s", ([value, text]) => expect(figures.p(value)).toBe(text));

test.for([
  [1, "100 %"],
  [0.999, ">99 %"],
  [0.001, "<1 %"],
  [0.83, "83 %"],
] as const)("a share of %d is %s", ([value, text]) => expect(figures.percent(value)).toBe(text));

test.for([
  [999, "999"],
  [1000, "1,000"],
  [1_234_567, "1,234,567"],
] as const)("%d counts as %s", ([value, text]) => expect(figures.count(value)).toBe(text));

test.for([
  [9_999, "9,999"],
  [10_000, "10k"],
  [999_499, "999k"],
  [999_500, "1M"],
  [4_560_000, "4.56M"],
  [1_234_000_000, "1.234G"],
] as const)("%d tokens are %s", ([value, text]) => expect(figures.large(value)).toBe(text));

test.for([
  [1234.5, "$1,234.50"],
  [0.5, "$0.50"],
  [0.0123, "$0.012"],
  [0.000_09, "$0.000090"],
] as const)("%d dollars are %s", ([value, text]) => expect(figures.money(value)).toBe(text));

test.for([
  [999.4, "999 ms"],
  [999.6, "1 s"],
  [59_951, "1 min 0 s"],
  [3_599_600, "1 h 0 min"],
  [36_000_000_000, "10,000 h 0 min"],
] as const)("%d ms are %s", ([ms, text]) => expect(figures.duration(ms)).toBe(text));

test("no finite number makes a figure that is not short and plain", () => {
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(finite, (value) => {
      const positive = Math.abs(value);
      for (const text of [
        figures.rate(value),
        figures.difference(value),
        figures.money(positive),
        figures.p(Math.min(1, positive)),
      ]) {
        expect(text).toMatch(/^[<>]?[+-]?\$?\d{1,3}(,\d{3})*(\.\d+)?(e[+-]\d+)?$/);
        expect(text.length).toBeLessThanOrEqual(20);
      }
    }),
  );
});
