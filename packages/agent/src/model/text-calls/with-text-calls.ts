import type { ChatCompletionMessageParam } from "openai/resources/chat/completions";
import { wellFormed } from "../../well-formed.ts";
import { carriedBy, carry } from "../carried.ts";
import type { AskOnce } from "../model-client.ts";
import { parseTextCalls } from "./parse-text-calls.ts";

type Message = ChatCompletionMessageParam;
type Assistant = Extract<Message, { role: "assistant" }>;

/** Asks without tools, and reads the calls from the text of the reply. The prompt has to say how to write them. */
export function withTextCalls(ask: AskOnce): AskOnce {
  return async (messages, tools, signal) => {
    const reply = await ask(textMessages(messages), [], signal);
    const names = new Set(tools.map((tool) => tool.function.name));
    const { content, reasoning, calls, raw } = parseTextCalls(reply.content, names);
    const finishReason =
      calls.length > 0 && reply.finishReason === "stop" ? "tool_calls" : reply.finishReason;
    return {
      ...reply,
      content,
      reasoning: [reply.reasoning, reasoning].filter((one) => one !== null).join("\n\n") || null,
      calls: [...calls, ...reply.calls],
      finishReason,
      carried: { ...reply.carried, raw: wellFormed(raw) },
    };
  };
}

/** The conversation with calls and results as text. */
function textMessages(messages: readonly Message[]): Message[] {
  const texts: Message[] = [];
  let results: string[] = [];
  for (const [index, message] of messages.entries()) {
    if (message.role === "tool") {
      const content =
        typeof message.content === "string" ? message.content : JSON.stringify(message.content);
      results.push(`<tool_response>\n${content}\n</tool_response>`);
      if (messages[index + 1]?.role === "tool") continue;
      texts.push({ role: "user", content: results.join("\n") });
      results = [];
    } else {
      texts.push(message.role === "assistant" ? assistantText(message) : message);
    }
  }
  return texts;
}

function assistantText(message: Assistant): Message {
  const { raw, ...carried } = carriedBy(message);
  if (raw !== undefined) return carry({ role: "assistant", content: raw }, carried);
  if (message.tool_calls === undefined) return message;
  const calls = message.tool_calls.flatMap((call) =>
    call.type === "function" ? [callText(call.function.name, call.function.arguments)] : [],
  );
  const content = typeof message.content === "string" ? message.content : "";
  return { role: "assistant", content: [content, ...calls].filter(Boolean).join("\n") };
}

function callText(name: string, args: string): string {
  return `<tool_call>\n{"name": ${JSON.stringify(name)}, "arguments": ${args}}\n</tool_call>`;
}
