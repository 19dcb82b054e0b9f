import type { ChatCompletion, ChatCompletionChunk } from "openai/resources/chat/completions";
import { ModelError } from "./model-error.ts";
import { chatUsage } from "@mx/records/chat-usage";
import type { Reply, ReplyCall } from "./reply.ts";

type CallDelta = NonNullable<ChatCompletionChunk.Choice.Delta["tool_calls"]>[number];

/** Where servers put the model's thinking: neither name is in the API's own description. */
function reasoningOf(message: object): string {
  const { reasoning_content, reasoning } = message as Record<string, unknown>;
  if (typeof reasoning_content === "string") return reasoning_content;
  return typeof reasoning === "string" ? reasoning : "";
}

/** Puts a streamed reply together. A stream that stops before its end is an error that a retry may cure. */
export async function assembleStream(chunks: AsyncIterable<ChatCompletionChunk>): Promise<Reply> {
  let content = "";
  let reasoning = "";
  let refusal = "";
  let finishReason: string | null = null;
  let model: string | null = null;
  let usage: unknown = null;
  let ended = false;
  const calls: ReplyCall[] = [];
  const byIndex = new Map<number, ReplyCall>();
  for await (const chunk of chunks) {
    throwErrorIn(chunk);
    model ??= typeof chunk.model === "string" ? chunk.model : null;
    usage = chunk.usage ?? usage;
    const choice = chunk.choices?.[0];
    // The figures come last, in a chunk without a choice.
    if (choice === undefined) ended ||= chunk.usage !== null && chunk.usage !== undefined;
    else {
      const delta = choice.delta ?? {};
      content += typeof delta.content === "string" ? delta.content : "";
      refusal += typeof delta.refusal === "string" ? delta.refusal : "";
      reasoning += reasoningOf(delta);
      for (const part of delta.tool_calls ?? []) addCall(part, calls, byIndex);
      finishReason = choice.finish_reason ?? finishReason;
    }
  }
  if (finishReason === null && !ended) {
    throw new ModelError("retry", "the stream ended before the reply was complete");
  }
  return reply({ content: content || refusal, reasoning, calls, finishReason, model, usage });
}

/** Reads a reply that came in one piece. */
export function assembleCompletion(body: unknown): Reply {
  throwErrorIn(body);
  const completion = body as ChatCompletion;
  const choice = completion?.choices?.[0];
  if (choice?.message === undefined || choice.message === null) {
    throw new ModelError("retry", "the server's reply is no chat completion");
  }
  const { message } = choice;
  const calls = (message.tool_calls ?? []).map((call) => {
    const called =
      call.type === "custom" ? { name: call.custom.name, arguments: "" } : call.function;
    return {
      id: call.id ?? "",
      name: called?.name ?? "",
      arguments: textOrJson(called?.arguments),
    };
  });
  return reply({
    content: textOrJson(message.content) || textOrJson(message.refusal),
    reasoning: reasoningOf(message),
    calls,
    finishReason: choice.finish_reason ?? null,
    model: typeof completion.model === "string" ? completion.model : null,
    usage: completion.usage,
  });
}

/** Adds a piece of a call. Some servers leave out the index, or give every call the index 0. */
function addCall(part: CallDelta, calls: ReplyCall[], byIndex: Map<number, ReplyCall>): void {
  const index = part.index ?? (part.id ? calls.length : calls.length - 1);
  let call = byIndex.get(index);
  if (call === undefined || (part.id && call.id && part.id !== call.id)) {
    call = { id: "", name: "", arguments: "" };
    calls.push(call);
    byIndex.set(index, call);
  }
  call.id ||= part.id ?? "";
  // A name comes whole; some servers repeat it in every piece.
  call.name ||= part.function?.name ?? "";
  call.arguments += textOrJson(part.function?.arguments);
}

/** A reply with status 200 can still be an error. */
export function throwErrorIn(body: unknown): void {
  const error = (body as { error?: unknown } | null)?.error;
  if (error === undefined || error === null) return;
  throw new EmbeddedError(error);
}

/** An error in place of a reply, in a body or a stream that began well. */
export class EmbeddedError extends Error {
  readonly error: unknown;
  constructor(error: unknown) {
    super(JSON.stringify(error).slice(0, 2000));
    this.error = error;
  }
}

/** A text as it is; what some servers send in place of one, as JSON. */
export function textOrJson(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : JSON.stringify(value);
}

function reply(parts: {
  content: string;
  reasoning: string;
  calls: ReplyCall[];
  finishReason: string | null;
  model: string | null;
  usage: unknown;
}): Reply {
  const seen = new Set<string>();
  const calls = parts.calls.map((call, index) => {
    // Results are matched to calls by id, so each call needs one of its own.
    const id = call.id === "" || seen.has(call.id) ? `${call.id || "call"}_${index}` : call.id;
    seen.add(id);
    return { ...call, id };
  });
  return {
    content: parts.content,
    reasoning: parts.reasoning === "" ? null : parts.reasoning,
    calls,
    finishReason: parts.finishReason ?? (calls.length > 0 ? "tool_calls" : "stop"),
    model: parts.model,
    usage: chatUsage(parts.usage),
  };
}
