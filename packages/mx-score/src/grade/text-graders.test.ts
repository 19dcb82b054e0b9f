import { describe, expect, test } from "vitest";
import { agentExitGrader } from "./agent-exit.ts";
import { containsGrader } from "./contains.ts";
import { equalsGrader } from "./equals.ts";
import type { Graded } from "./kind-grader.ts";
import { regexGrader } from "./regex.ts";

function answer(output: string, target?: string): Graded {
  return { output, outcome: "completed", ...(target === undefined ? {} : { target }) };
}

test.for<[string, string | undefined, boolean, number | null]>([
  ["Paris", "Paris", false, 1],
  [" Paris\n", "Paris\r\n", false, 1],
  ["paris", "Paris", false, 0],
  ["paris", "Paris", true, 1],
  ["Paris.", "Paris", true, 0],
  ["", "", false, 1],
  ["x", undefined, false, null],
])("%j equals %j (ignoring case: %j): %j", ([output, target, ignoreCase, value]) => {
  const spec = { kind: "equals", ignore_case: ignoreCase } as const;
  expect(equalsGrader.grade(spec, answer(output, target)).value).toBe(value);
});

test.for<[string, string | undefined, boolean, number | null]>([
  ["It is Paris.", "Paris", false, 1],
  ["It is Paris.", "Paris\n", false, 1],
  ["It is paris.", "Paris", false, 0],
  ["It is paris.", "PARIS", true, 1],
  ["", "Paris", false, 0],
  ["anything", " ", false, null],
  ["anything", undefined, false, null],
])("%j contains %j (ignoring case: %j): %j", ([output, target, ignoreCase, value]) => {
  const spec = { kind: "contains", ignore_case: ignoreCase } as const;
  expect(containsGrader.grade(spec, answer(output, target)).value).toBe(value);
});

test("a grader's own target comes before the trial's", () => {
  expect(equalsGrader.grade({ kind: "equals", target: "a" }, answer("a", "b"))).toEqual({
    value: 1,
  });
  expect(equalsGrader.grade({ kind: "equals", target: "b" }, answer("a", "a"))).toEqual({
    value: 0,
    explanation: 'expected "b", found "a"',
  });
});

test("explanations quote the beginning of long answers", () => {
  const { explanation = "" } = equalsGrader.grade(
    { kind: "equals" },
    answer("x\n".repeat(9999), "y"),
  );
  expect(explanation.length).toBeLessThan(300);
  expect(explanation).not.toContain("\n");
});

test.for<[number | null | undefined, Graded["outcome"], number | undefined, number | null]>([
  [0, "completed", undefined, 1],
  [1, "failed", undefined, 0],
  [3, "failed", 3, 1],
  [0, "completed", 3, 0],
  [null, "timeout", undefined, 0],
  [null, "failed", undefined, 0],
  [null, "max_turns", undefined, 0],
  [null, "infra_error", undefined, null],
  [null, "completed", undefined, null],
  [undefined, "timeout", undefined, null],
])("exit status %j of an agent that %s, expecting %j: %j", ([status, outcome, expected, value]) => {
  const spec = {
    kind: "agent_exit",
    ...(expected === undefined ? {} : { expect: expected }),
  } as const;
  const trial = { output: "", outcome, ...(status === undefined ? {} : { exit_code: status }) };
  expect(agentExitGrader.grade(spec, trial).value).toBe(value);
});

describe("regex", () => {
  test.for<[string, string, number | undefined, string | undefined, boolean, number | null]>([
    ["The answer is 42", "\\b42\\b", undefined, undefined, false, 1],
    ["The answer is 420", "\\b42\\b", undefined, undefined, false, 0],
    ["PARIS", "paris", undefined, undefined, false, 0],
    ["PARIS", "paris", undefined, undefined, true, 1],
    ["héé", "\\p{L}{3}", undefined, undefined, false, 1],
    ["x=1 x=2", "x=(\\d)", 1, "2", false, 1],
    ["x=1 x=2", "x=(\\d)", 1, "1", false, 0],
    ["x=1", "x=(\\d)", 1, undefined, false, null],
    ["y", "x=(\\d)", 1, "1", false, 0],
    ["x= a ", "x=(.*)", 1, "a", false, 1],
    ["x=A", "x=(.*)", 1, "a", true, 1],
    ["b", "(a)|b", 1, "", false, 1],
    ["#### 7", "^#### (\\d+)$", 1, "7", false, 1],
    ["aaa", "a*", 0, "", false, 1],
  ])("%j by %j, group %j, target %j", ([output, pattern, group, target, ignoreCase, value]) => {
    const spec = {
      kind: "regex",
      pattern,
      ignore_case: ignoreCase,
      ...(group === undefined ? {} : { group }),
    } as const;
    expect(regexGrader.problem?.(spec)).toBeNull();
    expect(regexGrader.grade(spec, answer(output, target)).value).toBe(value);
  });

  test.for<[string, number | undefined, RegExp]>([
    ["(", undefined, /Unterminated group/],
    ["a**", undefined, /Nothing to repeat/],
    ["\\-", undefined, /Invalid escape/],
    ["(a)", 2, /group 2 of a pattern that has 1/],
  ])("%j with group %j is refused", ([pattern, group, reason]) => {
    const spec = { kind: "regex", pattern, ...(group === undefined ? {} : { group }) } as const;
    expect(regexGrader.problem?.(spec)).toMatch(reason);
  });

  test.for([
    ["^(a+)+$", `${"a".repeat(50)}b`],
    ["(a|a)*b", "a".repeat(50)],
    ["(.*)*x", "a".repeat(50)],
    ["(\\w+\\s?)+:", "word ".repeat(30)],
    ["a*a*a*a*a*b", "a".repeat(20_000)],
    ["(?=(a+)+b)", "a".repeat(50)],
  ])("%j, which backtracks for ever, ends in time as unknown", ([pattern = "", output = ""]) => {
    const started = performance.now();
    const { value, explanation } = regexGrader.grade({ kind: "regex", pattern }, answer(output));
    expect(performance.now() - started).toBeLessThan(5000);
    expect(value).toBeNull();
    expect(explanation).toMatch(/too long/);
  });

  test("ordinary patterns on ordinary answers are fast", () => {
    const spec = { kind: "regex", pattern: "answer is (\\d+)", group: 1 } as const;
    const trial = answer(`${"Some reasoning. ".repeat(30)}The answer is 42.`, "42");
    const started = performance.now();
    for (let count = 0; count < 20_000; count += 1) regexGrader.grade(spec, trial);
    expect((performance.now() - started) / 20_000).toBeLessThan(0.05);
  });
});
