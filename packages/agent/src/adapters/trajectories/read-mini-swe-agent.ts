import type { NativeMessage, NativeTrajectory } from "./native-trajectory.ts";
import { nativeUsage } from "./native-usage.ts";
import { countAt, isObject, listAt, objectAt, textAt, textOf, type JsonObject } from "./values.ts";

/** A trajectory of mini-swe-agent: its messages are those of chat completions, with what it knows in `extra`. */
export function readMiniSweAgent(text: string): NativeTrajectory {
  const document: unknown = JSON.parse(text);
  if (!isObject(document) || !Array.isArray(document["messages"])) {
    throw new Error("there is no list of messages");
  }
  const info = objectAt(document, "info");
  const model = objectAt(objectAt(info, "config"), "model");
  return {
    messages: listAt(document, "messages").flatMap(toMessage),
    sessionId: null,
    version: textAt(info, "mini_version") ?? null,
    model: textAt(model, "model_name") ?? null,
  };
}

function toMessage(message: JsonObject): NativeMessage[] {
  const role = textAt(message, "role");
  // The last message is the agent's own note of how it ended.
  if (role !== "system" && role !== "user" && role !== "assistant" && role !== "tool") return [];
  const extra = objectAt(message, "extra");
  const seconds = extra["timestamp"];
  const reasoning = textAt(message, "reasoning_content");
  const calls = listAt(message, "tool_calls").map((call) => ({
    id: textAt(call, "id") ?? "",
    function: {
      name: textAt(objectAt(call, "function"), "name") ?? "",
      arguments: objectAt(call, "function")["arguments"],
    },
  }));
  return [
    {
      role,
      content: textOf(message["content"]),
      ...(typeof seconds === "number" &&
        seconds > 0 &&
        seconds < 8e12 && { timestamp: new Date(seconds * 1000).toISOString() }),
      ...(reasoning !== undefined && { reasoning_content: reasoning }),
      ...(calls.length > 0 && { tool_calls: calls }),
      ...(role === "tool" && { tool_call_id: textAt(message, "tool_call_id") }),
      ...(role === "assistant" && {
        usage: usageOf(objectAt(objectAt(extra, "response"), "usage")),
      }),
    },
  ];
}

function usageOf(usage: JsonObject): NativeMessage["usage"] {
  const prompt = countAt(usage, "prompt_tokens");
  if (prompt === undefined) return undefined;
  const cached = countAt(objectAt(usage, "prompt_tokens_details"), "cached_tokens");
  return nativeUsage(prompt, countAt(usage, "completion_tokens"), cached);
}
