import type { KindGrader, SpecOf } from "./kind-grader.ts";
import { lastNumber } from "./last-number.ts";
import type { NumberReading } from "./number-reader.ts";
import { distance, fromNumber, isAtMost, isEqual, times, type Rational } from "./rational.ts";
import { noTarget, targetOf } from "./target-of.ts";
import { quote, right, unknown, wrong } from "./verdict.ts";

const hundredth: Rational = { numerator: 1n, denominator: 100n };
const hundred: Rational = { numerator: 100n, denominator: 1n };

/** True where the two are the same number in any of their readings, by `isNear`. */
export function anyReading(
  answer: NumberReading[],
  target: NumberReading[],
  isNear: (answer: Rational, target: Rational) => boolean = isEqual,
): boolean {
  return answer.some(({ value, percent }) =>
    target.some((wanted) => {
      if (isNear(value, wanted.value)) return true;
      // With a percent sign on one side only, 50 and 0.5 are both the other's 50 %.
      if (percent === wanted.percent) return false;
      return isNear(times(value, percent ? hundredth : hundred), wanted.value);
    }),
  );
}

/** Whether an answer is near enough to a target, by exact arithmetic on the decimals that people wrote. */
function nearness({ absolute = 0, relative = 0 }: SpecOf<"numeric">) {
  const most = fromNumber(absolute);
  const share = fromNumber(relative);
  return (answer: Rational, target: Rational): boolean => {
    if (isEqual(answer, target)) return true;
    const difference = distance(answer, target);
    if (most !== null && isAtMost(difference, most)) return true;
    const size = distance(target, { numerator: 0n, denominator: 1n });
    return share !== null && isAtMost(difference, times(share, size));
  };
}

/**
 * The last number in the answer is the target's: equal as decimals, or within `absolute`, or within `relative` of
 * the target. number-reader.ts says what numbers look like.
 */
export const numericGrader: KindGrader<"numeric"> = {
  version: "1",
  readsAnswer: true,
  problem: ({ target }) =>
    target === undefined || lastNumber(target) !== null
      ? null
      : `the target ${quote(target)} has no number in it`,
  grade(spec, trial) {
    const target = targetOf(spec, trial);
    if (target === null) return unknown(noTarget);
    const wanted = lastNumber(target);
    if (wanted === null) return unknown(`the target ${quote(target)} has no number in it`);
    const found = lastNumber(trial.output);
    if (found === null) return wrong(`no number in the answer: ${quote(trial.output)}`);
    if (anyReading(found.readings, wanted.readings, nearness(spec))) return right;
    return wrong(`expected ${quote(wanted.text)}, the last number is ${quote(found.text)}`);
  },
};
