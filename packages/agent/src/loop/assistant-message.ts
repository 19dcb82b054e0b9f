import type { ChatCompletionAssistantMessageParam } from "openai/resources/chat/completions";
import { carry } from "../model/carried.ts";
import type { Reply } from "../model/reply.ts";
import { wellFormed } from "../well-formed.ts";
import { callArguments } from "./call-arguments.ts";

/**
 * A reply as it goes back to the server with the next request. Names and arguments that the API does not take
 * are made acceptable: some servers refuse the whole conversation for one of them, for ever.
 */
export function assistantMessage(reply: Reply): ChatCompletionAssistantMessageParam {
  const message = chatMessage(reply);
  if (reply.carried === undefined && reply.reasoning === null) return message;
  return carry(message, {
    ...reply.carried,
    ...(reply.reasoning !== null && { reasoning: wellFormed(reply.reasoning) }),
  });
}

function chatMessage(reply: Reply): ChatCompletionAssistantMessageParam {
  const content = wellFormed(reply.content);
  if (reply.calls.length === 0) return { role: "assistant", content };
  return {
    role: "assistant",
    content: content === "" ? null : content,
    tool_calls: reply.calls.map((call) => ({
      id: call.id,
      type: "function",
      function: {
        name: /^[\w-]{1,64}$/.test(call.name) ? call.name : "unknown",
        arguments: isObject(call.arguments)
          ? call.arguments
          : JSON.stringify(callArguments(call.arguments)),
      },
    })),
  };
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
