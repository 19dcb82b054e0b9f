import type { Completion } from "./completion.ts";
import { argumentPieces, textPieces } from "./pieces.ts";
import {
  outputItems,
  responseFrame,
  responsesUsage,
  responseStatus,
  type Item,
} from "./responses-reply.ts";
import type { ScriptRequest } from "./script-request.ts";

/** The events of a streamed response; the last one says again all that was said. */
export function responsesEvents(reply: Completion, request: ScriptRequest): string[] {
  const events: string[] = [];
  const push = (type: string, data: object) => {
    const event = { type, sequence_number: events.length, ...data };
    events.push(`event: ${type}\ndata: ${JSON.stringify(event)}\n\n`);
  };
  const running = { ...responseFrame(reply, "in_progress"), output: [], usage: null };
  push("response.created", { response: running });
  push("response.in_progress", { response: running });
  const output = outputItems(reply, request);
  for (const [output_index, item] of output.entries()) {
    const at = { item_id: item.id, output_index };
    push("response.output_item.added", { output_index, item: empty(item) });
    if (item.type === "message") pushText(push, at, reply.content ?? "");
    if (item.type === "reasoning") pushSummary(push, at, reply.reasoning ?? "");
    if (item.type === "function_call") {
      pushArguments(
        push,
        "response.function_call_arguments",
        "arguments",
        at,
        String(item["arguments"]),
      );
    }
    if (item.type === "custom_tool_call") {
      pushArguments(push, "response.custom_tool_call_input", "input", at, String(item["input"]));
    }
    push("response.output_item.done", { output_index, item });
  }
  const state = responseStatus(reply);
  const response = { ...responseFrame(reply, state), output, usage: responsesUsage(reply) };
  push(`response.${state}`, { response });
  return events;
}

type Push = (type: string, data: object) => void;

function empty(item: Item): Item {
  const parts = { message: { content: [] }, reasoning: { summary: [] } };
  const given = { function_call: { arguments: "" }, custom_tool_call: { input: "" } };
  const emptied: Record<string, object> = { ...parts, ...given };
  return {
    ...item,
    ...(item.type !== "reasoning" && { status: "in_progress" }),
    ...emptied[item.type],
  };
}

function pushText(push: Push, at: object, text: string): void {
  const place = { ...at, content_index: 0 };
  const part = { type: "output_text", annotations: [] };
  push("response.content_part.added", { ...place, part: { ...part, text: "" } });
  for (const delta of textPieces(text)) push("response.output_text.delta", { ...place, delta });
  push("response.output_text.done", { ...place, text });
  push("response.content_part.done", { ...place, part: { ...part, text } });
}

function pushSummary(push: Push, at: object, text: string): void {
  const place = { ...at, summary_index: 0 };
  push("response.reasoning_summary_part.added", {
    ...place,
    part: { type: "summary_text", text: "" },
  });
  for (const delta of textPieces(text)) {
    push("response.reasoning_summary_text.delta", { ...place, delta });
  }
  push("response.reasoning_summary_text.done", { ...place, text });
  push("response.reasoning_summary_part.done", { ...place, part: { type: "summary_text", text } });
}

function pushArguments(push: Push, type: string, member: string, at: object, text: string): void {
  for (const delta of argumentPieces(text)) push(`${type}.delta`, { ...at, delta });
  push(`${type}.done`, { ...at, [member]: text });
}
