import type { Fault, Outcome } from "@mx/records";

/** What an error that a harness wrote down says about whose it was. */
export interface Failure {
  outcome: Extract<Outcome, "infra_error" | "failed" | "timeout">;
  fault: Fault;
}

/*
 * The rules are tried in this order; a text that none of them knows is the agent's.
 *
 * A conversation that has outgrown the model's window, and a reply that the provider's filter stopped, are what the
 * model did: a result. Everything that kept a reply from being made at all is not: no answer was there to be judged,
 * and a 0 in its place would be a lie. That includes requests that the provider refused (a wrong key, an unknown
 * model or parameter), because a run in which each of them fails says nothing about the model.
 */
const rules: readonly [pattern: RegExp, faultClass: string, outcome: Failure["outcome"]][] = [
  [
    /context.?(?:length|window)|maximum (?:context|model) length|prompt (?:is )?too long|overlong.?prompt/i,
    "context_length",
    "failed",
  ],
  [
    /content.?policy.?violation|content.?filter|content management policy/i,
    "content_filter",
    "failed",
  ],
  [
    /rate.?limit|too many requests|insufficient_quota|quota exceeded|throttling/i,
    "rate_limited",
    "infra_error",
  ],
  [
    /AuthenticationError|PermissionDenied|unauthorized|(?:invalid|incorrect|missing).{0,12}api.?key/i,
    "model_refused",
    "infra_error",
  ],
  [
    /API ?(?:Connection|Timeout|Response|Status)?Error|connection ?(?:error|refused|reset|aborted|closed|was closed)|connect(?:ion)? ?timeout|ConnectError|RemoteProtocolError|ReadError|ReadTimeout|PoolTimeout|ECONNRE|ENOTFOUND|getaddrinfo|name or service not known|server disconnected|SSLError|client has been closed/i,
    "model_unreachable",
    "infra_error",
  ],
  [
    /ServiceUnavailable|service unavailable|InternalServerError|internal server error|bad ?gateway|gateway ?timeout|overloaded|litellm\.Timeout|(?:request|completion) timed out|ModelError|ProviderError/i,
    "model_unreachable",
    "infra_error",
  ],
  [/(?:code|status|HTTP)\W{0,3}(?:429|5\d\d)\b/i, "model_unreachable", "infra_error"],
  [/(?:code|status|HTTP)\W{0,3}4\d\d\b/i, "model_refused", "infra_error"],
  [
    /(?:litellm|openai)\.(?:BadRequest|NotFound|UnprocessableEntity|UnsupportedParams)Error|LLM Provider NOT provided/i,
    "model_refused",
    "infra_error",
  ],
  [
    /Sandbox\w*Error|SandboxTimeout|TunnelError|InterceptionError|InfraError|no space left on device|\bMemoryError/i,
    "sandbox_failed",
    "infra_error",
  ],
];

const retryable = new Set(["rate_limited", "model_unreachable", "sandbox_failed"]);

/** Who an error text speaks of: see the rules above. */
export function failureOf(message: string): Failure {
  const found = rules.find(([pattern]) => pattern.test(message));
  const [, faultClass, outcome] = found ?? [null, "agent_error", "failed" as const];
  return {
    outcome,
    fault: { class: faultClass, message, retryable: retryable.has(faultClass) },
  };
}
