import { expect, test } from "vitest";
import { sampleEnding } from "./sample-ending.ts";

const plain = { scoreOnError: false, scored: true };

test.for([
  [{}, "completed", undefined, undefined],
  [{ limit: null, error: null }, "completed", undefined, undefined],
  [{ limit: { type: "time", limit: 1 } }, "timeout", "time_limit", false],
  [{ limit: { type: "working" } }, "timeout", "working_limit", false],
  [{ limit: { type: "message" } }, "max_turns", "message_limit", false],
  [{ limit: { type: "turn" } }, "max_turns", "turn_limit", false],
  [{ limit: { type: "token" } }, "max_turns", "token_limit", false],
  [{ limit: { type: "cost" } }, "max_turns", "cost_limit", false],
  [{ limit: { type: "context" } }, "failed", "context_limit", false],
  [{ limit: { type: "custom" } }, "failed", "custom_limit", false],
  [{ limit: { type: "operator" } }, "cancelled", "operator_limit", false],
  [{ limit: "time" }, "timeout", "time_limit", false],
  [{ limit: { type: "Of Tomorrow" } }, "failed", "limit", false],
  [{ limit: { type: "constructor" } }, "failed", "constructor_limit", false],
  [{ error: { message: "RuntimeError('boom')" } }, "infra_error", "sample_error", true],
  [{ error: "RuntimeError('boom')" }, "infra_error", "sample_error", true],
  [{ error: { message: "APIConnectionError('x')" } }, "infra_error", "model_unreachable", true],
  [{ error: {} }, "infra_error", "sample_error", true],
  [{ error: { message: "CancelledError()" } }, "cancelled", "cancelled", true],
  [{ error: { message: "e" }, limit: { type: "time" } }, "infra_error", "sample_error", true],
  [{ invalidation: { reason: "wrong image" } }, "infra_error", "invalidated", true],
] as const)("%j", ([fields, outcome, faultClass, retryable]) => {
  const ending = sampleEnding(fields, plain);
  expect(ending.outcome).toBe(outcome);
  expect(ending.fault?.class).toBe(faultClass);
  expect(ending.fault?.retryable).toBe(retryable);
});

test("an error that the evaluation was told to score is a result, where there is a score", () => {
  const fields = { error: { message: "RuntimeError('boom')" } };
  const outcome = (scored: boolean) => sampleEnding(fields, { scoreOnError: true, scored }).outcome;
  expect(outcome(true)).toBe("failed");
  expect(outcome(false)).toBe("infra_error");
});
