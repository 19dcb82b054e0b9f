import type { NativeMessage, NativeTrajectory } from "./native-trajectory.ts";
import { nativeUsage } from "./native-usage.ts";
import { countAt, isObject, listAt, objectAt, textAt, type JsonObject } from "./values.ts";

/** What `opencode export` prints of a session: messages in parts, each call of a tool with what came of it. */
export function readOpencode(text: string): NativeTrajectory {
  const document: unknown = JSON.parse(text);
  if (!isObject(document) || !Array.isArray(document["messages"])) {
    throw new Error("there is no list of messages");
  }
  const info = objectAt(document, "info");
  return {
    messages: listAt(document, "messages").flatMap(toMessages),
    sessionId: textAt(info, "id") ?? null,
    version: textAt(info, "version") ?? null,
    model: textAt(objectAt(info, "model"), "id") ?? null,
  };
}

function toMessages(entry: JsonObject): NativeMessage[] {
  const info = objectAt(entry, "info");
  const parts = listAt(entry, "parts");
  const texts = (type: string) =>
    parts.flatMap((part) => (part["type"] === type ? (textAt(part, "text") ?? []) : [])).join("\n");
  const timestamp = timeOf(objectAt(info, "time")["created"]);
  if (info["role"] !== "assistant") return [{ role: "user", content: texts("text"), timestamp }];
  const calls = parts.filter(({ type }) => type === "tool");
  const thought = texts("reasoning");
  const reply: NativeMessage = {
    role: "assistant",
    content: texts("text"),
    timestamp,
    ...(thought !== "" && { reasoning_content: thought }),
    ...(calls.length > 0 && {
      tool_calls: calls.map((call) => ({
        id: textAt(call, "callID") ?? "",
        function: {
          name: textAt(call, "tool") ?? "",
          arguments: objectAt(objectAt(call, "state"), "input"),
        },
      })),
    }),
    usage: usageOf(objectAt(info, "tokens")),
  };
  const results = calls.map((call): NativeMessage => {
    const state = objectAt(call, "state");
    const content = textAt(state, "output") ?? textAt(state, "error") ?? "";
    const ended = timeOf(objectAt(state, "time")["end"]);
    return { role: "tool", content, tool_call_id: textAt(call, "callID"), timestamp: ended };
  });
  return [reply, ...results];
}

/** OpenCode takes what was cached, and what was reasoned, out of its input and output. */
function usageOf(tokens: JsonObject): NativeMessage["usage"] {
  const cache = objectAt(tokens, "cache");
  const fresh = countAt(tokens, "input");
  const written = countAt(tokens, "output");
  const cached = countAt(cache, "read");
  if (fresh === undefined && written === undefined) return undefined;
  const prompt =
    fresh === undefined ? undefined : fresh + (cached ?? 0) + (countAt(cache, "write") ?? 0);
  const completion =
    written === undefined ? undefined : written + (countAt(tokens, "reasoning") ?? 0);
  return nativeUsage(prompt, completion, cached);
}

function timeOf(value: unknown): string | undefined {
  return typeof value === "number" && value > 0 && value < 8e15
    ? new Date(value).toISOString()
    : undefined;
}
