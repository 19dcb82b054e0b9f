import type { Fault, Outcome } from "@mx/records";
import { failureOf } from "../failure-kind.ts";
import { objectOf, textOf, type JsonObject } from "../json-value.ts";

/** How a sample ended. */
export interface SampleEnding {
  outcome: Outcome;
  fault?: Fault;
}

/**
 * How limits end a sample (log/_log.py, EvalSampleLimitType). Inspect scores what there is when one is reached, so
 * that all of them are results but `operator`: a person ended the sample, which says nothing about the agent.
 */
const limits: Readonly<Record<string, Outcome>> = {
  time: "timeout",
  working: "timeout",
  message: "max_turns",
  turn: "max_turns",
  token: "max_turns",
  cost: "max_turns",
  context: "failed",
  custom: "failed",
  operator: "cancelled",
};

/** Reprs of the exceptions by which a task is cancelled: _util/error.py, is_cancellation_message. */
const cancellation = /^(?:CancelledError|Cancelled)\(/;

/**
 * How a sample ended. An error is an `infra_error`: Inspect makes no difference between its own and those of a sandbox
 * or a model API, does not score the sample, and runs it again. Only where the evaluation was told to score such
 * samples (`score_on_error`) and this one has a score, it is a result, `failed`. A sample that was invalidated
 * afterwards is none.
 */
export function sampleEnding(
  fields: JsonObject,
  { scoreOnError, scored }: { scoreOnError: boolean; scored: boolean },
): SampleEnding {
  if (objectOf(fields["invalidation"]) !== null) {
    const why = textOf(objectOf(fields["invalidation"])?.["reason"]);
    const message = why === null ? "the sample was invalidated" : `invalidated: ${why}`;
    return { outcome: "infra_error", fault: { class: "invalidated", message, retryable: true } };
  }
  const message = textOf(objectOf(fields["error"])?.["message"]) ?? textOf(fields["error"]);
  if (message !== null || objectOf(fields["error"]) !== null) {
    return errorEnding(message ?? "the sample ended with an error", scoreOnError && scored);
  }
  const limit = textOf(objectOf(fields["limit"])?.["type"]) ?? textOf(fields["limit"]);
  if (limit === null) return { outcome: "completed" };
  const outcome = Object.hasOwn(limits, limit) ? limits[limit]! : "failed";
  return {
    outcome,
    fault: { class: limitClass(limit), message: `ended by its ${limit} limit`, retryable: false },
  };
}

function errorEnding(message: string, isResult: boolean): SampleEnding {
  if (cancellation.test(message)) {
    return { outcome: "cancelled", fault: { class: "cancelled", message, retryable: true } };
  }
  const { fault } = failureOf(message);
  if (isResult) return { outcome: "failed", fault: { ...fault, retryable: false } };
  const known = fault.class === "agent_error" ? "sample_error" : fault.class;
  return { outcome: "infra_error", fault: { class: known, message, retryable: true } };
}

function limitClass(limit: string): string {
  return /^[a-z][a-z0-9_]*$/.test(limit) ? `${limit}_limit` : "limit";
}
