import type { Fault, Outcome } from "@mx/records";
import { failureOf } from "../failure-kind.ts";
import { listOf, objectOf, textOf, type JsonObject } from "../json-value.ts";

/** How a trial ended. */
export interface TrialEnding {
  outcome: Outcome;
  fault?: Fault;
}

type Policy = readonly [outcome: Outcome, faultClass: string, names: readonly string[]];

/*
 * Whose an exception is, by the name of its class: models/trial/error_policy.py. What it calls the agent's budget and
 * the agent's refusal are the agent's doing, and a reward beside them counts; what is the sandbox's, the model
 * provider's, Harbor's or the verifier's is no result, even where a reward is there.
 */
const policies: readonly Policy[] = [
  ["timeout", "time_limit", ["AgentTimeoutError"]],
  [
    "failed",
    "context_length",
    [
      "ContextWindowExceededError",
      "ContextLengthExceededError",
      "OutputTokenExceededError",
      "OutputLengthExceededError",
    ],
  ],
  ["failed", "refused", ["AgentSafetyRefusalError", "ContentPolicyViolationError"]],
  ["cancelled", "cancelled", ["CancelledError", "KeyboardInterrupt"]],
  [
    "infra_error",
    "grade_failed",
    [
      "VerifierTimeoutError",
      "RewardFileNotFoundError",
      "RewardFileEmptyError",
      "VerifierOutputParseError",
      "AddTestsDirError",
      "DownloadVerifierDirError",
      "RegradeError",
    ],
  ],
  [
    "infra_error",
    "sandbox_failed",
    [
      "HealthcheckError",
      "MemoryLimitExceededError",
      "SSHAccessError",
      "GKEExecStreamClosedError",
      "GKEPodNotFoundError",
      "RuntimeRequestError",
      "ServiceOperationsUnsupportedError",
      "VercelScopeError",
      "DspyImportError",
      "MissingExtraError",
    ],
  ],
  ["infra_error", "setup_failed", ["AgentSetupTimeoutError"]],
  [
    "infra_error",
    "model_refused",
    [
      "AgentAuthenticationError",
      "ModelNotFoundError",
      "UnsupportedModelParametersError",
      "ApiUsageLimitError",
      "BudgetExceededError",
      "BadRequestError",
      "UnprocessableEntityError",
      "UnsupportedParamsError",
      "PermissionDeniedError",
      "NotFoundError",
    ],
  ],
  [
    "infra_error",
    "model_unreachable",
    ["NetworkConnectionError", "RateLimitError", "APIResponseValidationError", "Timeout"],
  ],
];

const known = new Map(
  policies.flatMap(([outcome, faultClass, names]) =>
    names.map((name) => [name, { outcome, faultClass }] as const),
  ),
);

/** Families of names, for those that are newer than the list. */
const families: readonly [pattern: RegExp, faultClass: string][] = [
  [/^(?:Environment|Sandbox|Docker|Daytona|Modal|Podman)/, "sandbox_failed"],
  [/^(?:Verifier|RewardFile)/, "grade_failed"],
  [/^(?:Api|API|UnknownApi|InternalServer|ServiceUnavailable)\w*Error$/, "model_unreachable"],
];

/** Another attempt goes no better: the same request is refused again. */
const lasting = new Set([
  "model_refused",
  "time_limit",
  "context_length",
  "refused",
  "agent_error",
]);

/**
 * How a trial ended, by the exceptions that it and its steps recorded. The reward counts unless one of them is of the
 * infrastructure. An exception that nobody knows is the agent's where a reward says that the verifier could judge
 * what there was, and is no result where there is none.
 */
export function trialEnding(result: JsonObject, hasReward: boolean): TrialEnding {
  const steps = listOf(result["step_results"]).map((step) => objectOf(step)?.["exception_info"]);
  const endings = [result["exception_info"], ...steps].flatMap((info) => {
    const exception = objectOf(info);
    return exception === null ? [] : [endingOf(exception, hasReward)];
  });
  const worst = endings.find(({ outcome }) => outcome === "infra_error" || outcome === "cancelled");
  return worst ?? endings[0] ?? { outcome: "completed" };
}

function endingOf(exception: JsonObject, hasReward: boolean): TrialEnding {
  const type = textOf(exception["exception_type"]) ?? "Exception";
  const text = textOf(exception["exception_message"]) ?? "";
  const message = text === "" ? type : `${type}: ${text}`;
  const [outcome, faultClass] = classify(type, message, hasReward);
  const retryable =
    outcome === "cancelled" || (outcome === "infra_error" && !lasting.has(faultClass));
  return { outcome, fault: { class: faultClass, message, retryable } };
}

function classify(type: string, message: string, hasReward: boolean): [Outcome, string] {
  const policy = known.get(type);
  if (policy !== undefined) return [policy.outcome, policy.faultClass];
  const family = families.find(([pattern]) => pattern.test(type));
  if (family !== undefined) return ["infra_error", family[1]];
  const failure = failureOf(message);
  if (failure.outcome === "infra_error") return ["infra_error", failure.fault.class];
  return [hasReward ? failure.outcome : "infra_error", failure.fault.class];
}
