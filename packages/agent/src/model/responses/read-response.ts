import type { Usage } from "@mx/records";
import { EmbeddedError, textOrJson, throwErrorIn } from "../assemble-reply.ts";
import type { OutputItem } from "../carried.ts";
import { ModelError } from "../model-error.ts";
import type { Reply, ReplyCall } from "../reply.ts";

type Json = Record<string, unknown>;

const finishReasons: Record<string, string> = { max_output_tokens: "length" };

/** Reads the events of a streamed reply. A stream that stops before its end is an error that a retry may cure. */
export async function readResponseStream(events: AsyncIterable<unknown>): Promise<Reply> {
  const items: OutputItem[] = [];
  for await (const event of events as AsyncIterable<Json>) {
    switch (event["type"]) {
      case "error":
        throw new EmbeddedError(event["error"] ?? event);
      case "response.output_item.done":
        items.push(event["item"] as OutputItem);
        break;
      case "response.completed":
      case "response.incomplete":
      case "response.failed":
        return readResponse(event["response"], items);
    }
  }
  throw new ModelError("retry", "the stream ended before the reply was complete");
}

/** Reads a whole reply. `streamed`: its items as they came, for servers that do not repeat them at the end. */
export function readResponse(body: unknown, streamed: readonly OutputItem[] = []): Reply {
  throwErrorIn(body);
  const response = (body ?? {}) as Json;
  if (response["status"] === "failed") throw new EmbeddedError(response["error"] ?? "failed");
  if (!Array.isArray(response["output"])) {
    throw new ModelError("retry", "the server's reply is no response");
  }
  const output = response["output"] as OutputItem[];
  const items = output.length > 0 ? output : [...streamed];
  const calls = items.filter(({ type }) => type === "function_call").map(callOf);
  const details = response["incomplete_details"] as { reason?: string } | null | undefined;
  const reason = details?.reason;
  return {
    content: textOf(items, "message", "content"),
    reasoning: reasoningOf(items),
    calls,
    finishReason:
      reason === undefined
        ? calls.length > 0
          ? "tool_calls"
          : "stop"
        : (finishReasons[reason] ?? reason),
    model: typeof response["model"] === "string" ? response["model"] : null,
    usage: responseUsage(response["usage"]),
    carried: { items },
  };
}

function callOf(item: OutputItem, index: number): ReplyCall {
  // Results are matched to calls by id, so each call needs one; the item is what goes back.
  item["call_id"] ||= `call_${index}`;
  return {
    id: String(item["call_id"]),
    name: textOrJson(item["name"]),
    arguments: textOrJson(item["arguments"]),
  };
}

/** The thinking itself where the server shows it, else its summary. */
function reasoningOf(items: readonly OutputItem[]): string | null {
  const text = textOf(items, "reasoning", "content") || textOf(items, "reasoning", "summary");
  return text === "" ? null : text;
}

function textOf(items: readonly OutputItem[], type: string, field: string): string {
  return items
    .filter((item) => item.type === type && Array.isArray(item[field]))
    .flatMap((item) => item[field] as Json[])
    .map(({ text, refusal }) => [text, refusal].find((one) => typeof one === "string") ?? "")
    .join(type === "message" ? "" : "\n\n");
}

function responseUsage(usage: unknown): Usage {
  const count = (...path: string[]): number | null => {
    let value = usage;
    for (const name of path) value = (value as Json | null | undefined)?.[name];
    return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : null;
  };
  return {
    input_tokens: count("input_tokens"),
    output_tokens: count("output_tokens"),
    cached_input_tokens: count("input_tokens_details", "cached_tokens"),
    reasoning_tokens: count("output_tokens_details", "reasoning_tokens"),
    calls: 1,
  };
}
