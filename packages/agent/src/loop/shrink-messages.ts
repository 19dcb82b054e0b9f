import type { ChatCompletionMessageParam } from "openai/resources/chat/completions";
import { carriedBy, carry } from "../model/carried.ts";
import { wellFormed } from "../well-formed.ts";

type Message = ChatCompletionMessageParam;

const keptChars = 200;
const worthDropping = 400;
const lastResultChars = 2000;

/**
 * Makes a conversation shorter, in place, when the server says that it is too long: condenses the oldest tool
 * results until half of all characters are gone; then the arguments of the oldest calls; and last the results of
 * the newest turn. The task and what the model said stay. Returns the characters saved: 0 where nothing is left
 * to save.
 */
export function shrinkMessages(messages: Message[]): number {
  const goal = messages.reduce((sum, message) => sum + size(message), 0) / 2;
  const newest = messages.findLastIndex(({ role }) => role === "assistant");
  const older = [...messages.keys()].filter((index) => index < newest);
  let saved = 0;
  for (const condense of [condenseResult, condenseCalls]) {
    for (const index of older) {
      if (saved >= goal) return saved;
      saved += replace(messages, index, condense(messages[index]!));
    }
    // A few characters are not worth another request.
    if (saved >= goal / 5) return saved;
  }
  for (let index = newest + 1; newest >= 0 && index < messages.length; index += 1) {
    saved += replace(messages, index, cutResult(messages[index]!));
  }
  return saved;
}

function replace(messages: Message[], index: number, next: Message): number {
  const saved = size(messages[index]!) - size(next);
  if (saved <= 0) return 0;
  messages[index] = next;
  return saved;
}

function condenseResult(message: Message): Message {
  if (message.role !== "tool" || typeof message.content !== "string") return message;
  const { content } = message;
  if (content.length < worthDropping) return message;
  const kept = wellFormed(content.slice(0, keptChars));
  return {
    ...message,
    content: `${kept}\n[... dropped to make room: call the tool again if you need it ...]`,
  };
}

function condenseCalls(message: Message): Message {
  if (message.role !== "assistant" || message.tool_calls === undefined) return message;
  const tool_calls = message.tool_calls.map((call) =>
    call.type === "function" && call.function.arguments.length >= worthDropping
      ? {
          ...call,
          function: { ...call.function, arguments: shortArguments(call.function.arguments) },
        }
      : call,
  );
  // The text as the model wrote it has the calls at full length.
  const { raw: _, ...carried } = carriedBy(message);
  return carry({ ...message, tool_calls }, carried);
}

/** The same arguments with each long text cut: still JSON, as servers want it. */
function shortArguments(text: string): string {
  return JSON.stringify(JSON.parse(text), (_, value: unknown) =>
    typeof value === "string" && value.length >= worthDropping
      ? `${wellFormed(value.slice(0, keptChars))}[... dropped to make room ...]`
      : value,
  );
}

function cutResult(message: Message): Message {
  if (message.role !== "tool" || typeof message.content !== "string") return message;
  const { content } = message;
  // Shorter each time, so that a conversation of one huge result gets through in the end.
  const half = Math.floor(Math.max(lastResultChars, content.length / 2) / 2);
  const next = `${content.slice(0, half)}\n[... cut to make room ...]\n${content.slice(-half)}`;
  return next.length < content.length ? { ...message, content: wellFormed(next) } : message;
}

function size(message: Message): number {
  const content = typeof message.content === "string" ? message.content.length : 0;
  if (message.role !== "assistant") return content;
  const calls = message.tool_calls ?? [];
  return calls.reduce(
    (sum, call) => sum + (call.type === "function" ? call.function.arguments.length : 0),
    content,
  );
}
