import { argumentsOf } from "./arguments-of.ts";
import type { Completion } from "./completion.ts";
import { sharedUsage } from "./shared-usage.ts";

/** A block of a message's content. */
export type Block =
  | { type: "thinking"; thinking: string; signature: string }
  | { type: "text"; text: string }
  | { type: "tool_use"; id: string; name: string; input: unknown };

/** What a reply says, in blocks. */
export function messageBlocks({ reasoning, content, toolCalls }: Completion): Block[] {
  return [
    ...(reasoning === null
      ? []
      : [{ type: "thinking" as const, thinking: reasoning, signature: "" }]),
    ...(content === null || content === "" ? [] : [{ type: "text" as const, text: content }]),
    ...toolCalls.map((call) => ({
      type: "tool_use" as const,
      id: call.id,
      name: call.function.name,
      input: argumentsOf(call),
    })),
  ];
}

const stopReasons: Record<string, string> = {
  stop: "end_turn",
  tool_calls: "tool_use",
  length: "max_tokens",
  content_filter: "refusal",
};

/** A message without what it says and what it used. */
export function messageFrame({ id, model, finishReason }: Completion): Record<string, unknown> {
  const stop_reason = stopReasons[finishReason] ?? finishReason;
  return {
    id: `msg_${id}`,
    type: "message",
    role: "assistant",
    model,
    stop_reason,
    stop_sequence: null,
  };
}

/** Anthropic counts what was cached apart from the input. */
export function messagesUsage(reply: Completion): Record<string, unknown> {
  const { prompt, completion, cached, rest } = sharedUsage(reply);
  return {
    input_tokens: prompt - cached,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: cached,
    output_tokens: completion,
    ...rest,
  };
}
