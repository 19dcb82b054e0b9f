import type { Trajectory, TrajectoryStep } from "@mx/records";
import { isoTime } from "./iso-time.ts";
import { objectOf, textOf, type JsonObject } from "./json-value.ts";
import { messageReasoning, messageText } from "./message-text.ts";
import { stepMetrics, totalMetrics } from "./step-metrics.ts";
import { toolCalls } from "./tool-calls.ts";

/** What a trajectory says beside its steps. */
export interface TrajectoryHead {
  sessionId: string;
  agent: string;
  model: string | null;
  /** Anything else that is known of the conversation; members that are undefined are left out. */
  extra?: Record<string, unknown>;
}

/**
 * A conversation in OpenAI's form (`role`, `content`, `tool_calls`, `tool_call_id`) as ATIF v1.7; undefined where
 * it has no messages. What a tool gave back joins the step that called it. ATIF knows tool calls of agents only:
 * those of a simulated user (tau2) stay in `extra` of its step. What is no message is left out.
 */
export function toTrajectory(
  messages: readonly unknown[],
  head: TrajectoryHead,
): Trajectory | undefined {
  const steps: TrajectoryStep[] = [];
  const callers = new Map<string, Caller>();
  for (const item of messages) {
    const message = objectOf(item);
    if (message === null) continue;
    if (isResult(message)) addResult(message, steps, callers);
    else steps.push(newStep(message, steps.length + 1, callers));
  }
  if (steps.length === 0) return undefined;
  const extra = Object.fromEntries(
    Object.entries(head.extra ?? {}).filter(([, value]) => value !== undefined && value !== null),
  );
  return {
    schema_version: "ATIF-v1.7",
    session_id: head.sessionId,
    agent: {
      name: head.agent,
      version: "unknown",
      ...(head.model !== null && { model_name: head.model }),
    },
    steps,
    final_metrics: { ...totalMetrics(steps), total_steps: steps.length },
    ...(Object.keys(extra).length > 0 && { extra }),
  };
}

/** The model's replies; null where there are no messages to count. */
export function assistantTurns(messages: readonly unknown[]): number | null {
  if (messages.length === 0) return null;
  return messages.filter((item) => objectOf(item)?.["role"] === "assistant").length;
}

/** The text of the last assistant message that has any; null: there is none. */
export function lastAnswer(messages: readonly unknown[]): string | null {
  for (const item of messages.toReversed()) {
    const message = objectOf(item);
    if (message?.["role"] !== "assistant") continue;
    const text = messageText(message["content"]);
    if (text.trim() !== "") return text;
  }
  return null;
}

/** The step that made a call, and the call's id there; null for a call that is not in `tool_calls`. */
interface Caller {
  step: TrajectoryStep;
  callId: string | null;
}

function isResult({ role }: JsonObject): boolean {
  return role === "tool" || role === "function";
}

function newStep(
  message: JsonObject,
  stepId: number,
  callers: Map<string, Caller>,
): TrajectoryStep {
  const timestamp = isoTime(message["timestamp"]);
  const step: TrajectoryStep = {
    step_id: stepId,
    ...(timestamp !== null && { timestamp }),
    source: sourceOf(message["role"]),
    message: messageText(message["content"]),
  };
  const calls = toolCalls(message, stepId);
  const ofAgent = step.source === "agent";
  for (const { call, givenId } of calls) {
    if (givenId !== null)
      callers.set(givenId, { step, callId: ofAgent ? call.tool_call_id : null });
  }
  if (!ofAgent) {
    if (calls.length > 0) step.extra = { tool_calls: calls.map(({ call }) => call) };
    return step;
  }
  const reasoning = messageReasoning(message);
  if (reasoning !== null) step.reasoning_content = reasoning;
  if (calls.length > 0) step.tool_calls = calls.map(({ call }) => call);
  const metrics = stepMetrics(message);
  if (metrics !== undefined) step.metrics = metrics;
  return step;
}

function sourceOf(role: unknown): TrajectoryStep["source"] {
  if (role === "assistant") return "agent";
  return role === "system" || role === "developer" ? "system" : "user";
}

function addResult(
  message: JsonObject,
  steps: TrajectoryStep[],
  callers: ReadonlyMap<string, Caller>,
): void {
  const id = textOf(message["tool_call_id"]) ?? textOf(message["id"]);
  const caller = id === null ? undefined : callers.get(id);
  const content = messageText(message["content"]);
  const extra = { ...(message["error"] === true && { failed: true }) };
  let step = caller?.step ?? steps.findLast(({ source }) => source === "agent");
  if (step === undefined) {
    step = { step_id: steps.length + 1, source: "user", message: "" };
    steps.push(step);
  }
  const callId = caller?.callId ?? null;
  step.observation ??= { results: [] };
  step.observation.results.push({
    ...(callId !== null && { source_call_id: callId }),
    content,
    ...(Object.keys(extra).length > 0 && { extra }),
  });
}
