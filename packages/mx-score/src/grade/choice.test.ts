import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { choiceGrader } from "./choice.ts";

function grade(output: string, target: string, choices?: string) {
  const spec = { kind: "choice", ...(choices === undefined ? {} : { choices }) } as const;
  return choiceGrader.grade(spec, { output, outcome: "completed", target });
}

describe("answers that pick B", () => {
  test.for([
    "B",
    "b",
    " B\n",
    "B.",
    "(B)",
    "[B]",
    "(b)",
    "**B**",
    "**B.**",
    "`B`",
    "$B$",
    "B)",
    "\\boxed{B}",
    "$\\boxed{\\text{B}}$",
    "\\boxed{\\textbf{(B)}}",
    "\\boxed{B. Paris}",
    "So it is $\\boxed{\\mathrm{B}}$, not A.",
    "Answer: B",
    "answer: b",
    "Answer:B",
    "ANSWER: (B)",
    "**Answer:** B",
    "**Answer**: (B) Paris",
    "**Answer: B**",
    "Answer: **B**",
    "Answer: $\\boxed{B}$",
    "Final answer: B.",
    "Final Answer: \\text{B}",
    "## Answer\n\nB",
    "### Answer\n**B**",
    "Answer\n(B)\n",
    "The answer is B",
    "The answer is B.",
    "The answer is (B).",
    "The answer is: B",
    "The answer is **B**",
    "The answer is: **(B) Paris**",
    'The answer is "B".',
    "the answer is b.",
    "The correct answer is B because A is a distractor.",
    "The correct answer is therefore B.",
    "The correct answer is option B: Paris.",
    "The correct option is (B).",
    "The best choice is B.",
    "The answer would be B",
    "The correct choice here is B.",
    "The answer to this question is B",
    "Correct answer choice: B",
    "Option (B) is correct.",
    "(B) is the correct answer.",
    "B is correct, A and C are not.",
    "B is the most likely diagnosis.",
    "Statement A is false. B is the best answer",
    "I would choose B.",
    "I'd go with option B.",
    "I select (B)",
    "We therefore pick the option B, as C is too large.",
    "A seems right at first. The answer is A. Wait, no: the answer is B.",
    "Answer: A\n\nOn reflection, answer: B",
    "The answer is A? No. B is the correct answer.",
    "B. Paris",
    "B) Paris",
    "(B) Paris",
    "B: Paris",
    "**B. Paris**\n\nParis is the capital.",
    "B - because it is the capital",
    "B because of the river",
    "A dog is not a cat, so it must be (B).",
    "It cannot be this one.\nTherefore, option B.",
    "(A) is too small and (C) too large.\nHence (B).",
    "The answer is A dog, you say? No. The answer is B",
    "答案是B",
    "答案：B",
    "正确答案是 B。",
    "故选B",
    "所以答案选（B）".replace("（", "(").replace("）", ")"),
    "Die Antwort ist B.",
    "La respuesta es B",
    "La réponse est B.",
    "A risposta: B".replace("A risposta", "Risposta"),
    "<think>The answer is A.</think>\nThe answer is B.",
    "The answer is B, not C.",
    "The answer is B, C is wrong.",
    "The answer is B. A is too small.",
    "Answer = B",
    "Answer → B",
    "I believe the answer to be B",
    "The answer, then, is B.",
    "The answer is likely B",
    "Correct: B",
    "Thus, B.",
    "It's (B).",
    "I'd say B",
    "The answer is B. Therefore, A.",
    "B. Paris\n\nA is wrong because (A) is small",
    "Let me think. Option A: no. Option B: yes.\n\nB",
    "<answer>B</answer>",
    "It is A, or not?\n<final_answer>\n(B) Paris\n</final_answer>",
  ])("%j", (output) => {
    expect(grade(output, "B")).toEqual({ value: 1 });
  });
});

describe("answers that do not pick B", () => {
  test.for([
    "A",
    "",
    "Paris",
    "The answer is a big river",
    "The answer is A",
    "The answer is not B",
    "The answer is B or C",
    "Answer: A, B",
    "Answer: A and B",
    "Answer: B/C",
    "\\boxed{A, B}",
    "\\boxed{A} but B is tempting",
    "The answer is B. No, the answer is C.",
    "(A) or (B)",
    "A. London\nB. Paris\nC. Rome",
    "A. London\nB. Paris\nC. Rome\nD. Berlin",
    "Both (A) and (B) could be true.",
    "B.C. is before Christ",
    "Vitamin B is good",
    "Best wishes",
    "Because",
    "Answer: E",
    "The answer is B12",
    "The answer is B's brother",
    "answer: a.m.",
    "Not B",
    "It is A dog",
    "Answer: None of the above",
  ])("%j", (output) => {
    expect(grade(output, "B")).toEqual({ value: 0, explanation: expect.any(String) });
  });
});

test.for<[string, string, string | undefined, number | null]>([
  ["Answer: A", "A", undefined, 1],
  ["A dog ate it", "A", undefined, 0],
  ["The answer is A because it is", "A", undefined, 1],
  ["answer: e", "E", "ABCDE", 1],
  ["answer: J", "J", "ABCDEFGHIJ", 1],
  ["I think it is (C)", "C", "ABCDEFGHIJ", 1],
  ["Yes", "Y", "YN", 0],
  ["Y", "Y", "YN", 1],
  ["B", "(B)", undefined, 1],
  ["B", "B. Paris", undefined, 1],
  ["B", "b", undefined, 1],
  ["E", "E", undefined, null],
  ["B", "Paris", undefined, null],
  ["B", "1", undefined, null],
  ["B", "", undefined, null],
])("%j for %j of %j: %j", ([output, target, choices, value]) => {
  expect(grade(output, target, choices).value).toBe(value);
});

test("a target that is no choice is a problem of the settings", () => {
  expect(choiceGrader.problem?.({ kind: "choice", target: "E" })).toMatch(
    /none of the choices ABCD/,
  );
  expect(choiceGrader.problem?.({ kind: "choice", target: "E", choices: "ABCDE" })).toBeNull();
});

test("any text has a verdict, in little time", () => {
  const piece = fc.constantFrom(
    "A",
    "B",
    "b",
    "answer",
    "Answer",
    " is ",
    ":",
    "(",
    ")",
    "\n",
    "**",
    " ",
    ".",
    "\\boxed{",
    "}",
    "or",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (parts) => {
      expect([0, 1]).toContain(grade(parts.join(""), "B").value);
    }),
    { numRuns: 2000 },
  );
  for (const unit of [
    "answer",
    "answer is ",
    "A",
    "A ",
    "(A)",
    "\n",
    " ",
    "*",
    "A, ",
    "answer:\n",
    "the answer is the ",
  ]) {
    const started = performance.now();
    grade(unit.repeat(50_000), "B");
    expect(performance.now() - started, unit).toBeLessThan(5000);
  }
});
