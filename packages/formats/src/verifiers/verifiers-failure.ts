import { failureOf, type Failure } from "../failure-kind.ts";

/*
 * The error types of verifiers/legacy/errors.py and verifiers/v1/errors.py, by whose fault they are. Each names the
 * boundary at which something broke: the provider, the sandbox, the tunnel and the task's own code are not the agent.
 */
const notTheAgent = new Map([
  ["ModelError", "model_unreachable"],
  ["ProviderError", "model_unreachable"],
  ["InfraError", "sandbox_failed"],
  ["TunnelError", "sandbox_failed"],
  ["SandboxError", "sandbox_failed"],
  ["BrowserSandboxError", "sandbox_failed"],
  ["InterceptionError", "sandbox_failed"],
  ["ToolsetError", "setup_failed"],
  ["EnvError", "setup_failed"],
  ["TaskError", "grade_failed"],
]);
const theAgent = new Map([
  ["InvalidModelResponseError", "bad_reply"],
  ["EmptyModelResponseError", "bad_reply"],
  ["OverlongPromptError", "context_length"],
  ["ToolError", "agent_error"],
  ["ToolParseError", "agent_error"],
  ["ToolCallError", "agent_error"],
  ["HarnessError", "agent_error"],
]);

/** Who an error of verifiers speaks of: by its type, and by its text where it has none that is known. */
export function verifiersFailure(type: string | null, message: string): Failure {
  const fault = (faultClass: string, retryable: boolean) => ({
    class: faultClass,
    message: message === "" ? (type ?? "no message") : message,
    retryable,
  });
  const byText = failureOf(message);
  // What a provider says of a conversation that has grown too long comes as its error.
  if (byText.fault.class === "context_length")
    return { ...byText, fault: fault("context_length", false) };
  if (type === "HarnessError" && /\btime(?:d out|out)\b/i.test(message)) {
    return { outcome: "timeout", fault: fault("time_limit", false) };
  }
  if (type === "HarnessError" && /\b(?:install|launch|provision)/i.test(message)) {
    return { outcome: "infra_error", fault: fault("agent_not_started", true) };
  }
  const agents = theAgent.get(type ?? "");
  if (agents !== undefined) return { outcome: "failed", fault: fault(agents, false) };
  const others = notTheAgent.get(type ?? "");
  if (others !== undefined) return { outcome: "infra_error", fault: fault(others, true) };
  return {
    ...byText,
    fault: { ...byText.fault, ...fault(byText.fault.class, byText.fault.retryable) },
  };
}
