import { expect, test } from "vitest";
import { failureOf } from "./failure-kind.ts";
import { verifiersFailure } from "./verifiers/verifiers-failure.ts";

test.for([
  // As they stand in results of tau-bench.
  [
    'litellm.APIError: APIError: OpenAIException - Traceback (most recent call last):\n  File "httpx/_transports/default.py"',
    "infra_error",
    "model_unreachable",
  ],
  ["Connection error.", "infra_error", "model_unreachable"],
  [
    "litellm.RateLimitError: RateLimitError: OpenAIException - Error code: 429",
    "infra_error",
    "rate_limited",
  ],
  ["litellm.Timeout: APITimeoutError - Request timed out.", "infra_error", "model_unreachable"],
  ["litellm.AuthenticationError: Incorrect API key provided", "infra_error", "model_refused"],
  ["litellm.NotFoundError: The model `gpt-9` does not exist", "infra_error", "model_refused"],
  ["Error code: 503 - {'error': 'no healthy upstream'}", "infra_error", "model_unreachable"],
  [
    "litellm.ContextWindowExceededError: This model's maximum context length is 8192 tokens",
    "failed",
    "context_length",
  ],
  [
    "litellm.BadRequestError: OpenAIException - Error code: 400 - maximum context length is 32768 tokens",
    "failed",
    "context_length",
  ],
  ["litellm.ContentPolicyViolationError: refused", "failed", "content_filter"],
  ["Expecting ',' delimiter: line 1 column 43 (char 42)", "failed", "agent_error"],
  ["'NoneType' object has no attribute 'split'", "failed", "agent_error"],
  ["KeyError: 'order 500 of 429'", "failed", "agent_error"],
  ["", "failed", "agent_error"],
])("%s", ([message, outcome, faultClass]) => {
  expect(failureOf(message!)).toMatchObject({ outcome, fault: { class: faultClass, message } });
});

test.for([
  ["ModelError", "Connection error.", "infra_error", "model_unreachable"],
  ["ModelError", "maximum context length is 8192", "failed", "context_length"],
  ["EmptyModelResponseError", "no content", "failed", "bad_reply"],
  ["OverlongPromptError", "too much", "failed", "context_length"],
  ["SandboxError", "exec failed", "infra_error", "sandbox_failed"],
  ["ToolCallError", "no such tool", "failed", "agent_error"],
  ["TaskError", "reward exact: KeyError: 'x'", "infra_error", "grade_failed"],
  ["HarnessError", "agent timeout: rollout exceeded its 600s budget", "timeout", "time_limit"],
  ["HarnessError", "failed to install codex", "infra_error", "agent_not_started"],
  ["HarnessError", "agent exited with status 1", "failed", "agent_error"],
  ["ValueError", "Connection refused", "infra_error", "model_unreachable"],
  [null, "something", "failed", "agent_error"],
])("verifiers: %s: %s", ([type, message, outcome, faultClass]) => {
  expect(verifiersFailure(type!, message!)).toMatchObject({
    outcome,
    fault: { class: faultClass, message },
  });
});
