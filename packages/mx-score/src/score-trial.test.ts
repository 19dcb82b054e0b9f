import type { CheckResult, Trial } from "@mx/records";
import { expect, test } from "vitest";
import { judgeTrial, withJudgement } from "./score-trial.ts";

function trial(outcome: Trial["outcome"], checks: Partial<CheckResult>[]): Trial {
  const full = checks.map((check, n) => ({
    name: `c${n}`,
    kind: "output",
    passed: true,
    weight: 1,
    ...check,
  }));
  return { outcome, ...(checks.length === 0 ? {} : { checks: full }) } as Trial;
}

test.for<[string, Trial, number | null, boolean | null]>([
  ["all passed", trial("completed", [{}, {}]), 1, true],
  [
    "weights that do not add up in binary",
    trial("completed", [{ weight: 0.1 }, { weight: 0.2 }]),
    1,
    true,
  ],
  [
    "none passed",
    trial("completed", [
      { passed: false, weight: 0.1 },
      { passed: false, weight: 0.7 },
    ]),
    0,
    false,
  ],
  ["a weighted share", trial("completed", [{ weight: 3 }, { passed: false }]), 0.75, false],
  ["a failed agent may still have done it", trial("failed", [{}]), 1, true],
  ["a timeout is scored", trial("timeout", [{ passed: false }]), 0, false],
  ["an infrastructure failure is not", trial("infra_error", [{ passed: false }]), null, null],
  ["a cancelled trial is not", trial("cancelled", [{}]), null, null],
  ["a check that could not be run", trial("completed", [{}, { passed: null }]), null, null],
  ["no checks", trial("completed", []), null, null],
  ["a verifier's own value", trial("completed", [{ passed: false, value: 0.3 }]), 0.3, false],
  ["its whole value", trial("completed", [{ value: 1, weight: 0.1 }]), 1, true],
  [
    "values among checks that have none",
    trial("completed", [{ passed: false, value: 0.5, weight: 2 }, {}, { passed: false }]),
    0.5,
    false,
  ],
  ["a verifier that did not say", trial("completed", [{ value: 1 }, { passed: null }]), null, null],
])("%s", ([, one, reward, passed]) => {
  expect(withJudgement(one, judgeTrial(one, null), 1)).toMatchObject({ reward, passed });
});

test("the threshold decides what passes, and scores of other graders stay", () => {
  const given = {
    ...trial("completed", [{ weight: 3 }, { passed: false }]),
    scores: { mine: { value: 0, grader: { name: "mine", version: "2" } } },
  };
  const scored = withJudgement(given, judgeTrial(given, null), 0.75);
  expect(scored.passed).toBe(true);
  expect(Object.keys(scored.scores)).toEqual(["mine", "checks"]);
});
