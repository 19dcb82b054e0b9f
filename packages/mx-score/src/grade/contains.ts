import type { KindGrader } from "./kind-grader.ts";
import { noTarget, targetOf } from "./target-of.ts";
import { quote, right, unknown, wrong } from "./verdict.ts";

/** The answer has the target in it. White space at the ends of the target does not count. */
export const containsGrader: KindGrader<"contains"> = {
  version: "1",
  readsAnswer: true,
  problem: (spec) => (spec.target?.trim() === "" ? "an empty `target` is in every answer" : null),
  grade(spec, trial) {
    const target = targetOf(spec, trial)?.trim();
    if (target === undefined) return unknown(noTarget);
    if (target === "") return unknown("an empty target is in every answer");
    const found =
      spec.ignore_case === true
        ? trial.output.toLowerCase().includes(target.toLowerCase())
        : trial.output.includes(target);
    return found ? right : wrong(`${quote(target)} is not in ${quote(trial.output)}`);
  },
};
