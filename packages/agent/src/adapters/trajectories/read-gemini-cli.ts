import { jsonLines } from "./json-lines.ts";
import type { NativeMessage, NativeTrajectory } from "./native-trajectory.ts";
import { nativeUsage } from "./native-usage.ts";
import { countAt, isObject, listAt, objectAt, textAt, textOf, type JsonObject } from "./values.ts";

/**
 * A chat of Gemini CLI (~/.gemini/tmp/PROJECT/chats/session-…): one JSON document, or a line for each message that
 * takes the place of an earlier one with its id.
 */
export function readGeminiCli(text: string): NativeTrajectory {
  const { head, entries } = entriesOf(text);
  const messages = entries.flatMap(toMessages);
  const model = entries.map((entry) => textAt(entry, "model")).find((name) => name !== undefined);
  return {
    messages,
    sessionId: textAt(head, "sessionId") ?? null,
    version: null,
    model: model ?? null,
  };
}

function entriesOf(text: string): { head: JsonObject; entries: JsonObject[] } {
  const whole = documentOf(text);
  if (whole !== null && Array.isArray(whole["messages"])) {
    return { head: whole, entries: listAt(whole, "messages") };
  }
  const lines = jsonLines(text);
  const byId = new Map<string, JsonObject>();
  for (const [index, line] of lines.entries()) {
    const { $rewindTo: rewound } = line;
    if (typeof rewound === "string") forgetFrom(byId, rewound);
    if (isObject(line["$set"]) || textAt(line, "type") === undefined) continue;
    byId.set(textAt(line, "id") ?? `line ${index}`, line);
  }
  return { head: lines[0] ?? {}, entries: [...byId.values()] };
}

function forgetFrom(byId: Map<string, JsonObject>, id: string): void {
  let isPast = false;
  for (const key of byId.keys()) {
    isPast ||= key === id;
    if (isPast) byId.delete(key);
  }
}

function documentOf(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function toMessages(entry: JsonObject): NativeMessage[] {
  const timestamp = textAt(entry, "timestamp");
  const content = textOf(entry["content"]);
  // What tools gave back is said once more as the user's, without any text.
  if (entry["type"] === "user") return content === "" ? [] : [{ role: "user", content, timestamp }];
  // The others are what Gemini CLI tells its user.
  if (entry["type"] !== "gemini") return [];
  const calls = listAt(entry, "toolCalls");
  const thoughts = listAt(entry, "thoughts").map((thought) =>
    [textAt(thought, "subject"), textAt(thought, "description")].filter(Boolean).join(": "),
  );
  const reply: NativeMessage = {
    role: "assistant",
    content,
    timestamp,
    ...(thoughts.length > 0 && { reasoning_content: thoughts.join("\n") }),
    ...(calls.length > 0 && {
      tool_calls: calls.map((call) => ({
        id: textAt(call, "id") ?? "",
        function: { name: textAt(call, "name") ?? "", arguments: objectAt(call, "args") },
      })),
    }),
    usage: usageOf(objectAt(entry, "tokens")),
  };
  const results = calls.map((call): NativeMessage => {
    const id = textAt(call, "id");
    return {
      role: "tool",
      content: resultText(call),
      tool_call_id: id,
      timestamp: textAt(call, "timestamp"),
    };
  });
  return [reply, ...results];
}

/** What the model got to read of a call: the output of its function responses. */
function resultText(call: JsonObject): string {
  const outputs = listAt(call, "result").flatMap((part) => {
    const response = objectAt(objectAt(part, "functionResponse"), "response");
    return textAt(response, "output") ?? textAt(response, "error") ?? [];
  });
  return outputs.length > 0 ? outputs.join("\n") : (textAt(call, "resultDisplay") ?? "");
}

function usageOf(tokens: JsonObject): NativeMessage["usage"] {
  const prompt = countAt(tokens, "input");
  if (prompt === undefined) return undefined;
  const written = countAt(tokens, "output");
  const completion =
    written === undefined ? undefined : written + (countAt(tokens, "thoughts") ?? 0);
  return nativeUsage(prompt, completion, countAt(tokens, "cached"));
}
