import { isObject } from "../is-object.ts";

/** A part of a message, as OpenTelemetry's conventions for generative AI have it; of others than these the type alone. */
export type Part =
  | { type: "text" | "reasoning"; content: string }
  | { type: "tool_call"; id: string | null; name: string; arguments: string }
  | { type: "tool_call_response"; id: string | null; response: string }
  | { type: string };

export interface Message {
  role: string;
  parts: Part[];
}

/** The messages that a call sends, of any API; empty: none that are known. */
export function inputMessages(body: Record<string, unknown> | null): Message[] {
  if (body === null) return [];
  const { system, instructions, messages, input, prompt } = body;
  const first = system ?? instructions;
  return [
    ...(first === undefined ? [] : [{ role: "system", parts: partsOf(first) }]),
    ...(Array.isArray(messages) ? messages.filter(isObject).map(toMessage) : []),
    ...inputs(input),
    ...inputs(prompt),
  ];
}

/** A message of any API. */
export function toMessage(message: Record<string, unknown>): Message {
  const { role, content, tool_calls: calls, tool_call_id: answers } = message;
  const name = typeof role === "string" ? role : "user";
  if (name === "tool" && typeof answers === "string") {
    return { role: name, parts: [response(answers, content)] };
  }
  const parts = content == null ? [] : partsOf(content);
  return {
    role: name,
    parts: Array.isArray(calls) ? [...parts, ...calls.filter(isObject).map(toolCall)] : parts,
  };
}

/** The parts of a message's content: a text, or a list. */
export function partsOf(content: unknown): Part[] {
  if (typeof content === "string") return [{ type: "text", content }];
  return Array.isArray(content) ? content.map(partOf) : [];
}

/** The `input` of responses and embeddings, the `prompt` of completions: texts, or items. */
function inputs(input: unknown): Message[] {
  if (input === undefined) return [];
  const items: unknown[] = Array.isArray(input) ? input : [input];
  return items.map((item) => {
    if (!isObject(item)) return { role: "user", parts: partsOf(item) };
    return item["role"] === undefined
      ? { role: "assistant", parts: [partOf(item)] }
      : toMessage(item);
  });
}

function partOf(part: unknown): Part {
  if (!isObject(part)) return { type: "text", content: text(part) };
  const { type, text: said, thinking } = part;
  if (typeof said === "string") return { type: "text", content: said };
  if (typeof thinking === "string") return { type: "reasoning", content: thinking };
  if (type === "tool_use" || type === "function_call") return toolCall(part);
  if (type === "tool_result") return response(part["tool_use_id"], part["content"]);
  if (type === "function_call_output") return response(part["call_id"], part["output"]);
  // An image is bytes, which nobody wants in a trace.
  return { type: typeof type === "string" ? type : "unknown" };
}

/** Chat completions wrap name and arguments, messages have an object as arguments, responses name it by call_id. */
function toolCall(call: Record<string, unknown>): Part {
  const inner = isObject(call["function"]) ? call["function"] : call;
  const id = call["call_id"] ?? call["id"];
  return {
    type: "tool_call",
    id: typeof id === "string" ? id : null,
    name: typeof inner["name"] === "string" ? inner["name"] : "",
    arguments: text(inner["arguments"] ?? inner["input"]),
  };
}

function response(id: unknown, content: unknown): Part {
  return {
    type: "tool_call_response",
    id: typeof id === "string" ? id : null,
    response: text(content),
  };
}

function text(value: unknown): string {
  if (typeof value === "string") return value;
  try {
    return JSON.stringify(value) ?? "";
  } catch {
    // Nested more deeply than the stack can follow.
    return "";
  }
}
