import type { KindGrader } from "./kind-grader.ts";
import { wholeNumber } from "./last-number.ts";
import { anyReading } from "./numeric.ts";
import { bareAnswer, comparableAnswer } from "./plain-answer.ts";
import { statedAnswer } from "./stated-answer.ts";
import { noTarget, targetOf } from "./target-of.ts";
import { quote, right, unknown, wrong } from "./verdict.ts";

/** What may stand around a number in an answer: the unknown before it, a unit or degrees after it. */
const unit =
  /\s{0,5}(?:\\[,;:! ])?\s{0,5}(?:\\(?:text|mathrm|mbox) ?\{[^{}]{0,40}\}(?:\^\{?\d\}?)?|\^\{?\\circ\}?|\\degree|°)$/u;
const unknownName = /^\\?[\p{L}](?:_\{?\w{1,5}\}?)?\s*=\s*/u;

function asNumber(answer: string) {
  const bare = bareAnswer(answer);
  return (
    wholeNumber(bare) ?? wholeNumber(bareAnswer(bare.replace(unknownName, "").replace(unit, "")))
  );
}

/** True where the two are the same number, or else the same text but for case, white space and LaTeX's spellings. */
function isSame(found: string, target: string): boolean {
  const number = asNumber(found);
  const wanted = asNumber(target);
  if (number !== null && wanted !== null) return anyReading(number.readings, wanted.readings);
  const text = comparableAnswer(target);
  return (
    comparableAnswer(found) === text || comparableAnswer(found.replace(unknownName, "")) === text
  );
}

/**
 * What the answer states is the target: in its last `\boxed{…}`, else in its last `answer:` line (stated-answer.ts).
 * Compared as exact numbers where both are numbers, else as text.
 */
export const answerGrader: KindGrader<"answer"> = {
  version: "1",
  readsAnswer: true,
  grade(spec, trial) {
    const target = targetOf(spec, trial);
    if (target === null) return unknown(noTarget);
    const found = statedAnswer(trial.output);
    if (found === null) return wrong(`no \\boxed{} and no answer: line in ${quote(trial.output)}`);
    return isSame(found, statedAnswer(target) ?? target)
      ? right
      : wrong(`expected ${quote(target)}, the answer states ${quote(found)}`);
  },
};
