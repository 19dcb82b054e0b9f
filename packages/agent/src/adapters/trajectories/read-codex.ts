import { addCall, joined } from "./add-to-reply.ts";
import { jsonLines } from "./json-lines.ts";
import type { NativeMessage, NativeTrajectory } from "./native-trajectory.ts";
import { nativeUsage } from "./native-usage.ts";
import { countAt, isObject, listAt, objectAt, textAt, textOf, type JsonObject } from "./values.ts";

/** A rollout of Codex CLI: lines of ~/.codex/sessions/YEAR/MONTH/DAY/rollout-….jsonl, items of the responses API. */
export function readCodex(text: string): NativeTrajectory {
  const messages: NativeMessage[] = [];
  const found: Omit<NativeTrajectory, "messages"> = { sessionId: null, version: null, model: null };
  let turn: NativeMessage | null = null;
  for (const line of jsonLines(text)) {
    const payload = objectAt(line, "payload");
    const timestamp = textAt(line, "timestamp");
    switch (line["type"]) {
      case "session_meta":
        found.sessionId ??= textAt(payload, "id") ?? null;
        found.version ??= textAt(payload, "cli_version") ?? null;
        break;
      case "turn_context":
        found.model ??= textAt(payload, "model") ?? null;
        break;
      case "token_usage_record":
        count(messages, objectAt(payload, "usage"));
        turn = null;
        break;
      case "event_msg":
        if (payload["type"] === "token_count") {
          count(messages, objectAt(payload["info"], "last_token_usage"));
        }
        break;
      case "response_item": {
        if (!isOfModel(payload)) {
          turn = null;
          messages.push(...told(payload, timestamp));
          break;
        }
        if (turn === null) {
          turn = { role: "assistant", content: "", timestamp };
          messages.push(turn);
        }
        addItem(turn, payload);
      }
    }
  }
  return { messages, ...found };
}

function isOfModel(item: JsonObject): boolean {
  const type = textAt(item, "type") ?? "";
  return type === "message"
    ? item["role"] === "assistant"
    : type === "reasoning" || type.endsWith("_call");
}

function told(item: JsonObject, timestamp: string | undefined): NativeMessage[] {
  const type = textAt(item, "type") ?? "";
  if (type === "message") {
    const role = item["role"] === "user" ? "user" : "system";
    return [{ role, content: textOf(item["content"]), timestamp }];
  }
  if (!type.endsWith("_output")) return [];
  const { output } = item;
  const content = isObject(output) ? textOf(output["content"]) : textOf(output);
  return [{ role: "tool", content, tool_call_id: textAt(item, "call_id"), timestamp }];
}

function addItem(turn: NativeMessage, item: JsonObject): void {
  if (item["type"] === "message") {
    turn.content = joined(turn.content, textOf(item["content"]));
    return;
  }
  if (item["type"] === "reasoning") {
    const said = textOf(listAt(item, "summary"));
    if (said !== "") turn.reasoning_content = said;
    return;
  }
  const given = item["arguments"] ?? item["action"] ?? { input: item["input"] };
  const name = textAt(item, "name") ?? textAt(item, "type") ?? "";
  addCall(turn, textAt(item, "call_id"), { name, arguments: given });
}

/** Tokens of the last reply, where they were not said before: some versions say them twice. */
function count(messages: NativeMessage[], usage: JsonObject): void {
  const last = messages.findLast(({ role }) => role === "assistant");
  if (last === undefined || last.usage !== undefined) return;
  const prompt = countAt(usage, "input_tokens");
  if (prompt === undefined) return;
  const cached = countAt(usage, "cached_input_tokens");
  last.usage = nativeUsage(prompt, countAt(usage, "output_tokens"), cached);
}
