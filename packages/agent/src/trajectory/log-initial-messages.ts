import type { InitialMessage } from "../initial-messages.ts";
import { callArguments } from "../loop/call-arguments.ts";
import type { TrajectoryStep } from "@mx/records";
import type { TrajectoryLog } from "./trajectory-log.ts";

/**
 * Adds the messages that the agent starts from. Earlier turns of a model are marked as copied, because they are
 * not this agent's; the results of their calls join the step that made them.
 */
export function logInitialMessages(log: TrajectoryLog, messages: readonly InitialMessage[]): void {
  for (const [index, message] of messages.entries()) {
    if (message.role === "tool") continue;
    const content = contentText(message.content);
    if (message.role === "assistant") {
      log.add({
        source: "agent",
        message: content,
        ...callsOf(message, messages.slice(index + 1)),
      });
    } else {
      log.add({ source: message.role === "user" ? "user" : "system", message: content });
    }
  }
}

function callsOf(
  message: InitialMessage,
  later: readonly InitialMessage[],
): Partial<TrajectoryStep> {
  const copied = { is_copied_context: true as const };
  const calls = (Array.isArray(message["tool_calls"]) ? message["tool_calls"] : []) as {
    id?: unknown;
    function?: { name?: unknown; arguments?: unknown };
  }[];
  if (calls.length === 0) return copied;
  const next = later.findIndex(({ role }) => role === "assistant");
  const results = later
    .slice(0, next === -1 ? undefined : next)
    .filter(({ role }) => role === "tool");
  const ids = new Set(calls.map(({ id }) => String(id)));
  return {
    ...copied,
    tool_calls: calls.map((call) => ({
      tool_call_id: String(call.id),
      function_name: textOf(call.function?.name),
      arguments: callArguments(textOf(call.function?.arguments)),
    })),
    observation: {
      results: results
        .filter((result) => ids.has(String(result["tool_call_id"])))
        .map((result) => ({
          source_call_id: String(result["tool_call_id"]),
          content: contentText(result.content),
        })),
    },
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The text of a message; what is no text is named. */
function contentText(content: InitialMessage["content"]): string {
  if (typeof content === "string") return content;
  return (content ?? [])
    .map((part) => (typeof part["text"] === "string" ? part["text"] : `[${part.type}]`))
    .join("\n");
}
