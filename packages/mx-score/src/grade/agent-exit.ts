import type { KindGrader } from "./kind-grader.ts";
import { right, unknown, wrong } from "./verdict.ts";

/**
 * The agent's own exit status. An agent that was ended from outside, by its clock or by a limit, has none and
 * has not done what was asked; where the status is simply not known, as of an imported trial, neither is the score.
 */
export const agentExitGrader: KindGrader<"agent_exit"> = {
  version: "1",
  readsAnswer: false,
  grade(spec, { exit_code: status, outcome }) {
    const expected = spec.expect ?? 0;
    if (typeof status === "number") {
      return status === expected ? right : wrong(`exit status ${status}, expected ${expected}`);
    }
    const wasEnded = outcome === "timeout" || outcome === "failed" || outcome === "max_turns";
    if (status === null && wasEnded) {
      return wrong(`no exit status of its own: ended from outside (${outcome})`);
    }
    return unknown("the agent's exit status is not known");
  },
};
