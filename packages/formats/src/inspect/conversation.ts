import { listOf, objectOf, textOf, type JsonObject } from "../json-value.ts";
import { messageText } from "../message-text.ts";
import type { ModelCalls } from "./model-calls.ts";
import { modelUsage } from "./sample-usage.ts";
import { objectOrEmpty } from "../slice-document.ts";

/**
 * Inspect's messages (model/_chat_message.py) in OpenAI's form: tool calls whose `function` is a name, errors of tools
 * beside their content, thinking that was redacted to a summary, and the tokens of the call that each reply is of.
 */
export function conversation(messages: readonly unknown[], calls: ModelCalls): JsonObject[] {
  return messages.flatMap((item) => {
    const message = objectOf(item);
    return message === null ? [] : [openAiMessage(message, calls)];
  });
}

function openAiMessage(message: JsonObject, calls: ModelCalls): JsonObject {
  const role = message["role"];
  const content = contentOf(message["content"]);
  if (role === "tool") return toolMessage(message, content);
  if (role !== "assistant") return { role, content };
  const call = calls.of(message["id"]);
  const toolCalls = listOf(message["tool_calls"]).map((item) => {
    const { id, function: name, arguments: args } = objectOrEmpty(item);
    return { id, name, arguments: args };
  });
  return {
    role,
    content,
    ...(toolCalls.length > 0 && { tool_calls: toolCalls }),
    ...(call !== undefined && { timestamp: call.completed, usage: usageOf(call.usage) }),
  };
}

function toolMessage(message: JsonObject, content: unknown): JsonObject {
  const error = objectOf(message["error"]);
  const why = textOf(error?.["message"]) ?? textOf(message["tool_error"]);
  return {
    role: "tool",
    tool_call_id: message["tool_call_id"],
    content: messageText(content) === "" && why !== null ? why : content,
    ...((error !== null || why !== null) && { error: true }),
  };
}

function contentOf(content: unknown): unknown {
  if (!Array.isArray(content)) return content;
  return content.map((item: unknown) => {
    const part = objectOf(item);
    if (part?.["type"] !== "reasoning") return item;
    const text = part["redacted"] === true ? part["summary"] : part["reasoning"];
    return { type: "reasoning", reasoning: textOf(text) ?? "" };
  });
}

function usageOf(given: JsonObject): JsonObject {
  const usage = modelUsage(given);
  return {
    prompt_tokens: usage.input_tokens,
    completion_tokens: usage.output_tokens,
    prompt_tokens_details: { cached_tokens: usage.cached_input_tokens },
  };
}
