import type { Graded } from "./kind-grader.ts";

/** The expected answer: the grader's own, else the trial's; null where neither has one. */
export function targetOf(spec: { target?: string | undefined }, trial: Graded): string | null {
  return spec.target ?? trial.target ?? null;
}

/** Why a trial without an expected answer has no verdict. */
export const noTarget = "neither the grader nor the trial has a `target`";
