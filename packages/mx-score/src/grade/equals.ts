import type { KindGrader } from "./kind-grader.ts";
import { noTarget, targetOf } from "./target-of.ts";
import { quote, right, unknown, wrong } from "./verdict.ts";

/** The answer, but for white space at both ends, is the target. */
export const equalsGrader: KindGrader<"equals"> = {
  version: "1",
  readsAnswer: true,
  grade(spec, trial) {
    const target = targetOf(spec, trial)?.trim();
    if (target === undefined) return unknown(noTarget);
    const answer = trial.output.trim();
    if (answer === target) return right;
    if (spec.ignore_case === true && answer.toLowerCase() === target.toLowerCase()) return right;
    return wrong(`expected ${quote(target)}, found ${quote(answer)}`);
  },
};
