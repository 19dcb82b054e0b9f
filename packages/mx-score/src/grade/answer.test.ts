import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answerGrader } from "./answer.ts";

function grade(output: string, target: string) {
  return answerGrader.grade({ kind: "answer" }, { output, outcome: "completed", target });
}

describe("answers that are right", () => {
  test.for<[string, string]>([
    ["\\boxed{204}", "204"],
    ["So the answer is $\\boxed{204}$.", "204"],
    ["$$\\boxed{ 204. }$$", "204"],
    ["\\boxed{1} then \\boxed{2}", "2"],
    ["\\boxed{\\boxed{7}}", "7"],
    ["\\boxed{\\frac{1}{2}}", "0.5"],
    ["\\boxed{\\dfrac{1}{2}}", "\\frac{1}{2}"],
    ["\\boxed{\\frac{\\sqrt{3}}{2}}", "\\frac{\\sqrt{3}}{2}"],
    ["\\boxed{\\tfrac{\\sqrt{3}}{2}}", "\\frac{\\sqrt{3}}{2}"],
    ["\\boxed{\\left(3, \\frac{\\pi}{2}\\right)}", "(3,\\frac{\\pi}{2})"],
    ["\\boxed{\\{1, 2\\}}", "\\{1,2\\}"],
    ["\\boxed{033}", "33"],
    ["\\boxed{1,234}", "1234"],
    ["\\boxed{1{,}234}", "1234"],
    ["\\boxed{n=42}", "42"],
    ["\\boxed{\\text{42}}", "42"],
    ["\\boxed{\\textbf{(C)}}", "(C)"],
    ["\\boxed{5\\text{ cm}}", "5"],
    ["\\boxed{45^\\circ}", "45"],
    ["\\boxed{50\\%}", "50"],
    ["\\boxed{\\$18}", "18"],
    ["\\boxed{x = 5}", "x=5"],
    ["\\fbox{42}", "42"],
    ["\\boxed 7", "7"],
    ["The result: \\boxed{42}. And so \\boxed{", "42"],
    ["\\boxed{} hm \\boxed{3} \\boxed{}", "3"],
    ["Answer: 42", "42"],
    ["answer: $42$.", "42"],
    ["**Answer:** 42", "42"],
    ["**Answer**: 42", "42"],
    ["### Final Answer: **42**", "42"],
    ["Final answer: \\(42\\)", "42"],
    ["The answer is: 42,", "42"],
    ["Answer:\n\n42\n", "42"],
    ["answer: 1\nmore\nanswer: 2\nbye", "2"],
    ["First answer: 4. Final answer: 5", "5"],
    ["ANSWER: Paris.", "paris"],
    ["Answer: New  York", "new york"],
    ["42", "42"],
    ["$42$", "42"],
    ["答案 answer：42", "42"],
    ["\\boxed{42} and answer: 7", "42"],
    ["\\boxed{-\\frac{7}{9}}", "-7/9"],
    ["\\boxed{3.0}", "3"],
    ["Answer: 12", "\\boxed{12}"],
    ["\\boxed{10\\,\\text{m/s}}", "10"],
    ["\\boxed{2\\sqrt{3}}", "2\\sqrt3"],
    ["Answer: x²+1", "x^{2} + 1"],
  ])("%j is %j", ([output, target]) => {
    expect(grade(output, target)).toEqual({ value: 1 });
  });
});

describe("answers that are wrong", () => {
  test.for<[string, string]>([
    ["\\boxed{205}", "204"],
    ["\\boxed{204", "204"],
    ["204 it is\nbut I do not say so", "204"],
    ["", "204"],
    ["\\boxed{}", "0"],
    ["\\boxed{1, 2}", "12"],
    ["\\boxed{12", "1"],
    ["answerable: 42\nbye", "42"],
    ["Answer:", "42"],
    ["Answer: x²", "x2"],
    ["\\boxed{9007199254740993}", "9007199254740992"],
  ])("%j is not %j", ([output, target]) => {
    expect(grade(output, target)).toEqual({ value: 0, explanation: expect.any(String) });
  });
});

test("without a target it is not known", () => {
  expect(answerGrader.grade({ kind: "answer" }, { output: "1", outcome: "completed" }).value).toBe(
    null,
  );
});

test("any text has a verdict, in little time", () => {
  const piece = fc.constantFrom(
    "\\boxed",
    "{",
    "}",
    "\\",
    "$",
    "answer",
    ":",
    "1",
    ".",
    "\n",
    "**",
    "\\text{",
    " ",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (parts) => {
      expect([0, 1]).toContain(grade(parts.join(""), "1").value);
    }),
    { numRuns: 2000 },
  );
  for (const unit of [
    "\\boxed{",
    "\\boxed{}",
    "answer:\n",
    "answer: ",
    "\\boxed{1",
    "$",
    "{",
    "*",
  ]) {
    const started = performance.now();
    grade(unit.repeat(50_000), "1");
    expect(performance.now() - started, unit).toBeLessThan(5000);
  }
});
