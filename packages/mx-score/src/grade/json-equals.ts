import { canonicalJson } from "@mx/records";
import { findJson } from "./find-json.ts";
import { followPointer, pointerProblem } from "./json-pointer.ts";
import type { KindGrader } from "./kind-grader.ts";
import { parseJsonExactly } from "./parse-json.ts";
import { noTarget } from "./target-of.ts";
import { quote, right, unknown, wrong, type Verdict } from "./verdict.ts";

/** The target's value and how numbers are read: exactly where it is given as text, else as doubles, as it was. */
function expectation(
  own: unknown,
  target: string | undefined,
): { value: unknown; parse: (text: string) => unknown } | string {
  if (own !== undefined) return { value: own, parse: (text) => JSON.parse(text) as unknown };
  if (target === undefined) return noTarget;
  try {
    return { value: parseJsonExactly(target.trim()), parse: parseJsonExactly };
  } catch {
    return `the target is not JSON: ${quote(target)}`;
  }
}

function compare(found: unknown, expected: unknown): Verdict {
  try {
    const wanted = canonicalJson(expected);
    if (found === undefined) return wrong(`expected ${quote(wanted)}, found nothing`);
    const seen = canonicalJson(found);
    return seen === wanted ? right : wrong(`expected ${quote(wanted)}, found ${quote(seen)}`);
  } catch (error) {
    if (error instanceof RangeError) return unknown("nested too deeply to be compared");
    // 1e999 is JSON, and not a number that a double can hold.
    if (error instanceof TypeError) return wrong("a number in the answer is too large");
    throw error;
  }
}

/**
 * The JSON in the answer, or the part of it that `pointer` names, has the target's value: the order of keys and
 * the spelling of numbers do not matter (1.0 is 1e0 is 1). find-json.ts says what counts as the JSON in an answer.
 */
export const jsonEqualsGrader: KindGrader<"json_equals"> = {
  version: "1",
  readsAnswer: true,
  problem: (spec) => pointerProblem(spec.pointer ?? ""),
  grade(spec, trial) {
    const expected = expectation(spec.target, trial.target);
    if (typeof expected === "string") return unknown(expected);
    const text = findJson(trial.output);
    if (text === null) return wrong(`no JSON in the answer: ${quote(trial.output)}`);
    return compare(followPointer(expected.parse(text), spec.pointer ?? ""), expected.value);
  },
};
