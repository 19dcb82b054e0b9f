import { AgentExitCode, type AgentReport } from "@mx/agent";
import type { ExecResult } from "@mx/backends";
import type { Fault, Outcome } from "@mx/records";
import type { ProxyUsage } from "./model-proxy.ts";

/** What is known about an agent once it has ended. */
export interface Ended {
  result: ExecResult;
  /** What the proxy saw of its model calls; null where the agent has no model. */
  calls: ProxyUsage | null;
  /** What mx-agent says of itself; null for other agents, and where it left no report. */
  report: Pick<AgentReport, "outcome" | "error" | "fault"> | null;
  /** The last of what it said on stderr, masked. */
  stderrTail: string;
  /** True: the agent ends with 0 whatever happened, so that its exit status says nothing. */
  zeroOnFailure?: boolean;
  /** Model replies after which the agent was told to end; null: it was told none, or says so itself. */
  turnLimit?: number | null;
  /** True: it is an agent of an adapter, and was given MCP servers, which it starts before it asks its model. */
  hasServers?: boolean;
}

type BudgetRefusal = NonNullable<ProxyUsage["budget_refusal"]>;

export interface Classified {
  outcome: Outcome;
  fault?: Fault;
}

const limits: Record<string, string> = {
  memory: "memory_limit",
  processes: "process_limit",
  output: "output_limit",
  disk: "disk_limit",
};

/** A call that failed for a reason that lies with the endpoint, not with what the agent asked. */
function endpointFailed(calls: ProxyUsage): boolean {
  if (calls.last_state === "truncated") return true;
  if (calls.last_state !== "error") return false;
  const status = calls.last_status;
  return status === null || status >= 500 || [401, 403, 404, 408, 409, 429].includes(status);
}

function unreachable(calls: ProxyUsage): Classified {
  const message = calls.last_error ?? "no call to the model succeeded";
  return {
    outcome: "infra_error",
    fault: { class: "model_unreachable", message, retryable: true },
  };
}

/**
 * An attempt that had to do without a call is no result, whatever its agent made of that. Where the model's price
 * is not known, the set-up is at fault and not the budget.
 */
function refusedByBudget({ scope, code, message }: BudgetRefusal): Classified {
  const outcome = scope === "price" ? "infra_error" : "budget";
  return { outcome, fault: { class: code, message, retryable: false } };
}

/** A skill or an MCP server that mx-agent was given and could not use: what it did without is no result. */
function unusableEquipment(report: Ended["report"], exitCode: number | null): Classified | null {
  if (report?.outcome !== "infra_error" || report.fault === undefined) return null;
  if (exitCode !== AgentExitCode.badInput && exitCode !== AgentExitCode.unavailable) return null;
  const message = report.error ?? "mx-agent could not use what it was given";
  const retryable = report.fault === "mcp_failed";
  return { outcome: "infra_error", fault: { class: report.fault, message, retryable } };
}

/** An MCP server that could not be used: what an agent did without it is no result. */
function unusableServer(message: string): Classified {
  return { outcome: "infra_error", fault: { class: "mcp_failed", message, retryable: true } };
}

/** True where the agent ended of itself, with its limit reached, and the model's last reply was a call of a tool. */
function stoppedAtLimit({ calls, turnLimit }: Ended): boolean {
  if (calls === null || turnLimit === null || turnLimit === undefined) return false;
  const wanted =
    calls.last_finish_reason === "tool_calls" || calls.last_finish_reason === "tool_use";
  return wanted && calls.last_state === "ok" && calls.ok >= turnLimit;
}

/** The outcome of an agent whose exit status 0 says nothing: what became of its last call. */
function correctedZero(calls: ProxyUsage): Classified {
  if (calls.last_state === "ok" || calls.calls === 0) return { outcome: "completed" };
  if (endpointFailed(calls) || calls.last_state === "cancelled") return unreachable(calls);
  const message = `its last model call failed: ${calls.last_error ?? calls.last_status ?? "no answer"}`;
  return { outcome: "failed", fault: { class: "agent_error", message, retryable: false } };
}

/**
 * The outcome of an attempt.
 *
 * Whether the model could be reached is taken from the proxy: an agent that ends with status 0 although no call
 * ever succeeded has not been tried. mx-agent's word counts too, by its exit status, which no command that a
 * model runs decides: it also sees what the proxy cannot, such as replies that make no sense. Other agents that
 * end with an error after the last call went well have failed on their own.
 */
export function classify(ended: Ended): Classified {
  const { result, calls, report, stderrTail } = ended;
  if (result.ended !== "cancelled" && calls?.budget_refusal != null) {
    return refusedByBudget(calls.budget_refusal);
  }
  const neverAnswered = calls !== null && calls.calls > 0 && calls.ok === 0;
  switch (result.ended) {
    case "cancelled":
      return {
        outcome: "cancelled",
        fault: { class: "killed", message: "cancelled", retryable: false },
      };
    case "not_started": {
      const message = result.detail ?? "the agent could not be started";
      return {
        outcome: "infra_error",
        fault: { class: "agent_not_started", message, retryable: false },
      };
    }
    default:
      break;
  }
  if (calls?.mcp_fault != null) return unusableServer(calls.mcp_fault);
  switch (result.ended) {
    case "timeout": {
      if (neverAnswered) return unreachable(calls);
      const message = result.detail ?? "the agent ran over its time limit";
      return { outcome: "timeout", fault: { class: "time_limit", message, retryable: false } };
    }
    case "exited":
      break;
    default: {
      const message = result.detail ?? `the agent went over a limit: ${result.ended}`;
      const name = limits[result.ended] ?? "killed";
      return { outcome: "failed", fault: { class: name, message, retryable: false } };
    }
  }
  const unusable = unusableEquipment(report, result.exitCode);
  if (unusable !== null) return unusable;
  if (neverAnswered && (endpointFailed(calls) || calls.last_state === "cancelled"))
    return unreachable(calls);
  if (report === null && stoppedAtLimit(ended)) return { outcome: "max_turns" };
  if (result.exitCode === 0) {
    return ended.zeroOnFailure === true && calls !== null
      ? correctedZero(calls)
      : { outcome: "completed" };
  }
  if (report?.outcome === "max_turns") return { outcome: "max_turns" };
  if (calls !== null && endpointFailed(calls)) return unreachable(calls);
  if (
    calls !== null &&
    report?.outcome === "infra_error" &&
    result.exitCode === AgentExitCode.unavailable
  ) {
    return unreachable({ ...calls, last_error: report.error ?? calls.last_error });
  }
  const message = report?.error ?? (stderrTail === "" ? `exit ${result.exitCode}` : stderrTail);
  if (ended.hasServers === true && calls?.calls === 0) return unusableServer(message);
  return { outcome: "failed", fault: { class: "agent_error", message, retryable: false } };
}
