import type { Fault, Outcome } from "@mx/records";

/** How a simulation ended, in mx's words. */
export interface Termination {
  outcome: Outcome;
  fault?: Omit<Fault, "message">;
}

const failed = (faultClass: string): Termination => ({
  outcome: "failed",
  fault: { class: faultClass, retryable: false },
});
const notTheAgent = (faultClass: string): Termination => ({
  outcome: "infra_error",
  fault: { class: faultClass, retryable: true },
});

/**
 * `TerminationReason` of tau2/data_model/simulation.py. tau2 gives 0 for everything but the first two and leaves only
 * infrastructure errors out of its means. Here two more are no results: a simulated user that breaks the protocol
 * (`user_error`) and an error that tau2 does not know (`unexpected_error`) say nothing about the agent.
 */
export const terminations: ReadonlyMap<string, Termination> = new Map([
  ["user_stop", { outcome: "completed" }],
  ["agent_stop", { outcome: "completed" }],
  ["max_steps", { outcome: "max_turns" }],
  ["timeout", { outcome: "timeout" }],
  ["too_many_errors", failed("too_many_errors")],
  ["agent_error", failed("agent_error")],
  ["context_window_exceeded", failed("context_length")],
  ["infrastructure_error", notTheAgent("infrastructure_error")],
  ["user_error", notTheAgent("user_error")],
  ["unexpected_error", notTheAgent("unexpected_error")],
]);
