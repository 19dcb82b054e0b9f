import { expect, test } from "vitest";
import { trialEnding } from "./trial-ending.ts";

const exception = (exception_type: string, exception_message = "") => ({
  exception_type,
  exception_message,
});

test.for([
  ["AgentTimeoutError", "timeout", "time_limit", false],
  ["ContextWindowExceededError", "failed", "context_length", false],
  ["OutputLengthExceededError", "failed", "context_length", false],
  ["AgentSafetyRefusalError", "failed", "refused", false],
  ["NonZeroAgentExitCodeError", "failed", "agent_error", false],
  ["SomethingNew", "failed", "agent_error", false],
  ["CancelledError", "cancelled", "cancelled", true],
  ["VerifierTimeoutError", "infra_error", "grade_failed", true],
  ["RewardFileNotFoundError", "infra_error", "grade_failed", true],
  ["VerifierOutputParseError", "infra_error", "grade_failed", true],
  ["VerifierSomethingNewError", "infra_error", "grade_failed", true],
  ["EnvironmentStartTimeoutError", "infra_error", "sandbox_failed", true],
  ["SandboxBuildFailedError", "infra_error", "sandbox_failed", true],
  ["DaytonaError", "infra_error", "sandbox_failed", true],
  ["AgentSetupTimeoutError", "infra_error", "setup_failed", true],
  ["ApiRateLimitError", "infra_error", "model_unreachable", true],
  ["InternalServerError", "infra_error", "model_unreachable", true],
  ["AgentAuthenticationError", "infra_error", "model_refused", false],
  ["ModelNotFoundError", "infra_error", "model_refused", false],
] as const)("%s with a reward: %s", ([type, outcome, faultClass, retryable]) => {
  const ending = trialEnding({ exception_info: exception(type, "why") }, true);
  expect(ending).toEqual({
    outcome,
    fault: { class: faultClass, message: `${type}: why`, retryable },
  });
});

test.for([
  ["AgentTimeoutError", "timeout"],
  ["ContextWindowExceededError", "failed"],
  ["NonZeroAgentExitCodeError", "infra_error"],
  ["SomethingNew", "infra_error"],
] as const)("%s without a reward: %s", ([type, outcome]) => {
  expect(trialEnding({ exception_info: exception(type) }, false).outcome).toBe(outcome);
});

test("what an exception says counts where its name is not known", () => {
  const info = exception("RuntimeError", "litellm.APIError: Connection error.");
  expect(trialEnding({ exception_info: info }, true)).toMatchObject({
    outcome: "infra_error",
    fault: { class: "model_unreachable" },
  });
});

test("steps: the worst of all", () => {
  const steps = (...types: string[]) => ({
    exception_info: null,
    step_results: types.map((type) => ({ exception_info: type === "" ? null : exception(type) })),
  });
  expect(trialEnding(steps("", ""), true)).toEqual({ outcome: "completed" });
  expect(trialEnding(steps("", "AgentTimeoutError"), true).outcome).toBe("timeout");
  expect(trialEnding(steps("AgentTimeoutError", "HealthcheckError"), true).outcome).toBe(
    "infra_error",
  );
});

test.for([{}, { exception_info: null }, { exception_info: "x", step_results: 3 }])(
  "%j: completed",
  (result) => {
    expect(trialEnding(result, true)).toEqual({ outcome: "completed" });
  },
);
