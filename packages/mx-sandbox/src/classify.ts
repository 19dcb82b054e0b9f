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

/**
 * The outcome of an attempt.
 *
 * Whether the model could be reached is taken from the proxy: an agent that ends with status 0 although no call
 * ever succeeded has not been tried. mx-agent's word counts too, by its exit status, which no command that a
 * model runs decides: it also sees what the proxy cannot, such as replies that make no sense. Other agents that
 * end with an error after the last call went well have failed on their own.
 */
export function classify({ result, calls, report, stderrTail }: Ended): Classified {
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
  if (result.exitCode === 0) return { outcome: "completed" };
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
  return { outcome: "failed", fault: { class: "agent_error", message, retryable: false } };
}
