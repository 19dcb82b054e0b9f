import { addCall, joined } from "./add-to-reply.ts";
import { jsonLines } from "./json-lines.ts";
import type { NativeMessage, NativeTrajectory } from "./native-trajectory.ts";
import { nativeUsage, type NativeUsage } from "./native-usage.ts";
import { countAt, isObject, listAt, objectAt, textAt, textOf, type JsonObject } from "./values.ts";

/**
 * A session of Claude Code: lines of ~/.claude/projects/FOLDER/SESSION.jsonl. Each block of a reply is a line of its
 * own, with the id of the reply; what sub-agents said stands in files of their own and is not here.
 */
export function readClaudeCode(text: string): NativeTrajectory {
  const messages: NativeMessage[] = [];
  const replies = new Map<string, NativeMessage>();
  const found: Omit<NativeTrajectory, "messages"> = { sessionId: null, version: null, model: null };
  for (const line of jsonLines(text)) {
    found.sessionId ??= textAt(line, "sessionId") ?? null;
    found.version ??= textAt(line, "version") ?? null;
    const message = objectAt(line, "message");
    if (line["isSidechain"] === true) continue;
    const timestamp = textAt(line, "timestamp");
    if (line["type"] === "user") messages.push(...told(message, timestamp));
    if (line["type"] !== "assistant") continue;
    const model = textAt(message, "model");
    // Claude Code's own words, such as that the API failed.
    if (model !== undefined && model !== "<synthetic>") found.model ??= model;
    const id = textAt(message, "id") ?? `line ${messages.length}`;
    let reply = replies.get(id);
    if (reply === undefined) {
      reply = { role: "assistant", content: "", timestamp };
      replies.set(id, reply);
      messages.push(reply);
    }
    addBlocks(reply, message);
  }
  return { messages, ...found };
}

function told(message: JsonObject, timestamp: string | undefined): NativeMessage[] {
  const { content } = message;
  if (typeof content === "string") return [{ role: "user", content, timestamp }];
  return listAt(message, "content").flatMap((block): NativeMessage[] => {
    if (block["type"] === "tool_result") {
      const id = textAt(block, "tool_use_id");
      return [{ role: "tool", content: textOf(block["content"]), tool_call_id: id, timestamp }];
    }
    return block["type"] === "text" ? [{ role: "user", content: textOf(block), timestamp }] : [];
  });
}

function addBlocks(reply: NativeMessage, message: JsonObject): void {
  const { content } = message;
  const blocks =
    typeof content === "string" ? [{ type: "text", text: content }] : listAt(message, "content");
  for (const block of blocks as JsonObject[]) {
    if (block["type"] === "text") reply.content = joined(reply.content, textAt(block, "text"));
    if (block["type"] === "thinking") {
      reply.reasoning_content = joined(reply.reasoning_content, textAt(block, "thinking"));
    }
    if (block["type"] !== "tool_use") continue;
    const { input } = block;
    const call = { name: textAt(block, "name") ?? "", arguments: isObject(input) ? input : {} };
    addCall(reply, textAt(block, "id"), call);
  }
  // Of a reply in several lines the last one has the final count.
  if (isObject(message["usage"])) reply.usage = usageOf(message["usage"]);
}

/** Anthropic counts what was cached apart from the input. */
function usageOf(usage: JsonObject): NativeUsage {
  const fresh = countAt(usage, "input_tokens");
  const read = countAt(usage, "cache_read_input_tokens");
  const written = countAt(usage, "cache_creation_input_tokens");
  const prompt = fresh === undefined ? undefined : fresh + (read ?? 0) + (written ?? 0);
  return nativeUsage(prompt, countAt(usage, "output_tokens"), read);
}
