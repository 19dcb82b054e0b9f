import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SpecOf } from "./kind-grader.ts";
import { lastNumber } from "./last-number.ts";
import { numericGrader } from "./numeric.ts";
import { fromNumber } from "./rational.ts";

function grade(output: string, target: string, more: Partial<SpecOf<"numeric">> = {}) {
  return numericGrader.grade(
    { kind: "numeric", ...more },
    { output, outcome: "completed", target },
  );
}

describe("answers that are right", () => {
  test.for<[string, string]>([
    ["42", "42"],
    ["The answer is 42.", "42"],
    ["#### 42", "42"],
    ["**42**", "42"],
    ["The total is $1,234.56.", "1234.56"],
    ["It costs $18 per day", "18"],
    ["She makes $-5", "-5"],
    ["a loss of -$5", "-5"],
    ["−7", "-7"],
    ["–7", "-7"],
    ["x = - 7", "-7"],
    ["x=-7", "-7"],
    ["temperature: -0.5 degrees", "-.5"],
    [".5", "0.5"],
    ["+3", "3"],
    ["3.0", "3"],
    ["3.10", "3.1"],
    ["007", "7"],
    ["1e3", "1000"],
    ["1.5E-3", "0.0015"],
    ["6.02 × 10^23", "602000000000000000000000"],
    ["3 \\times 10^{8}", "300000000"],
    ["3\\cdot 10^8 m/s", "3e8"],
    ["3 x 10^8", "3e8"],
    ["5×10⁻³", "0.005"],
    ["10^6", "1000000"],
    ["2^{10}", "1024"],
    ["2**10", "1024"],
    ["\\frac{1}{2}", "0.5"],
    ["$\\dfrac{3}{4}$", "3/4"],
    ["\\frac12", "0.5"],
    ["-\\frac{1}{4}", "-0.25"],
    ["\\frac{-1}{4}", "-0.25"],
    ["1/2", "0.5"],
    ["so it is 1 / 2 of them", "0.5"],
    ["3 1/2", "3.5"],
    ["3\\frac{1}{2}", "3.5"],
    ["½", "0.5"],
    ["3½ cups", "3.5"],
    ["$3 \\frac{1}{2}$", "7/2"],
    ["50%", "50"],
    ["50%", "0.5"],
    ["50 percent", "50%"],
    ["0.5", "50%"],
    ["50\\%", "50"],
    ["12.5 %", "0.125"],
    ["1,234,567", "1234567"],
    ["12,34,567", "1234567"],
    ["1'234'567", "1234567"],
    ["1_000_000", "1000000"],
    ["1 234 567", "1234567"],
    ["1\u202f234\u202f567", "1234567"],
    ["1{,}234", "1234"],
    ["1\\,234", "1234"],
    ["1.234,56 €", "1234.56"],
    ["100,200 and 300", "300"],
    ["choose 5, 10, 15", "15"],
    ["3 million", "3000000"],
    ["3 million", "3"],
    ["€5", "5"],
    ["£ 12", "12"],
    ["5km", "5"],
    ["the 3rd", "3"],
    ["100 cm^2", "100"],
    ["100 cm²", "100"],
    ["12 m^{2}", "12"],
    ["7 x_1", "7"],
    ["\\approx5", "5"],
    ["x\\ge-5", "-5"],
    ["答案是42。", "42"],
    ["答案：４２", "42"],
    ["Answer:\n42\n", "42"],
    ["42 (using H2O and GPT-4o, x2)", "42"],
    ["pages 5-7", "7"],
    ["5 - 3", "3"],
    ["on 05/06/2024", "2024"],
    ["wait...5", "5"],
    ["No.5", "5"],
    ["9007199254740993", "9007199254740993"],
    ["0.1000000000000000055", "0.1000000000000000055"],
    ["the number 42 is my favourite one.\n\nThank you!", "42"],
    ["42", "The total is 20 + 22 = 42\n#### 42"],
    ["1e400", "1e400"],
  ])("%j is %j", ([output, target]) => {
    expect(grade(output, target)).toEqual({ value: 1 });
  });
});

describe("answers that are wrong", () => {
  test.for<[string, string]>([
    ["43", "42"],
    ["", "42"],
    ["forty-two", "42"],
    ["-42", "42"],
    ["9007199254740993", "9007199254740992"],
    ["0.333", "1/3"],
    ["42 of 100", "42"],
    ["GPT-42", "42"],
    ["1/0", "0"],
    ["\\frac{1}{0}", "1"],
    ["50", "5"],
    ["1e99999", "1"],
    ["9".repeat(100_000), "9"],
    ["\\frac", "1"],
    ["...", "0"],
    ["x^42", "42"],
  ])("%j is not %j", ([output, target]) => {
    expect(grade(output, target)).toEqual({ value: 0, explanation: expect.any(String) });
  });
});

test.for<[string, string, Partial<SpecOf<"numeric">>, number]>([
  ["1.1", "1.0", { absolute: 0.1 }, 1],
  ["1.1000001", "1.0", { absolute: 0.1 }, 0],
  ["0.3", "0.1", { absolute: 0.2 }, 1],
  ["105", "100", { relative: 0.05 }, 1],
  ["95", "100", { relative: 0.05 }, 1],
  ["105.1", "100", { relative: 0.05 }, 0],
  ["-105", "-100", { relative: 0.05 }, 1],
  ["0.0001", "0", { relative: 0.5 }, 0],
  ["0.333", "1/3", { absolute: 0.001 }, 1],
  ["3.14", "3.14159", { relative: 0.01, absolute: 0 }, 1],
  ["1e-320", "0", { absolute: 1e-300 }, 1],
])("%j near %j with %j", ([output, target, tolerance, value]) => {
  expect(grade(output, target, tolerance).value).toBe(value);
});

test("a target without a number cannot be judged by, and neither can none", () => {
  expect(grade("42", "many").value).toBeNull();
  expect(
    numericGrader.grade({ kind: "numeric" }, { output: "1", outcome: "completed" }).value,
  ).toBe(null);
  expect(numericGrader.problem?.({ kind: "numeric", target: "many" })).toMatch(/no number/);
});

test("every number that JavaScript prints is read as itself", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const read = lastNumber(`The answer is ${value}.`);
      expect(read?.readings[0]?.value).toEqual(fromNumber(value));
    }),
  );
});

test("whole numbers are read with any grouping", () => {
  const separator = fc.constantFrom(",", "'", "_", "\u2009", "\u00a0", " ", "{,}", "\\,");
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 30n }), separator, (value, mark) => {
      const text = String(value).replaceAll(/\B(?=(?:\d{3})+$)/g, () => mark);
      expect(lastNumber(`so ${text} of them`)?.readings[0]?.value.numerator).toBe(value);
    }),
  );
});

test("any text has a verdict, in little time", () => {
  const piece = fc.constantFrom(
    ...Array.from("0123456789.,-+/%$^{}\\ eE_'’×⁻²½\n"),
    "\\frac",
    "\\times 10^",
    "10",
    "percent",
    "000",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (parts) => {
      expect([0, 1]).toContain(grade(parts.join(""), "1").value);
    }),
    { numRuns: 2000 },
  );
  for (const unit of [
    "1",
    "1,",
    "1/",
    "1 ",
    "1,111",
    "1 111 ",
    "\\frac",
    "\\frac{1}",
    "-",
    ".1",
    "1e",
    "1^",
  ]) {
    const started = performance.now();
    grade(unit.repeat(50_000), "1");
    expect(performance.now() - started, unit).toBeLessThan(5000);
  }
});
