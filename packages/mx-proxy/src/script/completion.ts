import { sha256 } from "@mx/records";
import type { Place } from "./pick-answer.ts";
import type { AnswerLine } from "./script-line.ts";
import { messageText, type ScriptRequest } from "./script-request.ts";

interface ToolCall {
  id: string;
  type: "function";
  function: { name: string; arguments: string };
}

/** What a script's line says, as a chat completion has it. */
export interface Completion {
  id: string;
  created: number;
  model: string;
  content: string | null;
  reasoning: string | null;
  toolCalls: ToolCall[];
  finishReason: string;
  usage: Record<string, unknown>;
}

/** The completion for a line. Its ids depend on task and turn alone. */
export function completion(line: AnswerLine, request: ScriptRequest, place: Place): Completion {
  const id = sha256(JSON.stringify([place.task, place.turn])).slice(0, 20);
  const toolCalls = (line.tool_calls ?? []).map((call, index) => ({
    id: `call_${id}${index}`,
    type: "function" as const,
    function: { name: call.name, arguments: JSON.stringify(call.arguments) },
  }));
  const result = {
    id: `scripted-${id}`,
    created: Math.floor(Date.now() / 1000),
    model: request.model,
    content: line.content ?? (toolCalls.length > 0 ? null : ""),
    reasoning: line.reasoning ?? null,
    toolCalls,
    finishReason: line.finish_reason ?? (toolCalls.length > 0 ? "tool_calls" : "stop"),
  };
  return { ...result, usage: line.usage ?? countedUsage(request, result) };
}

/**
 * A usage for a model that has no tokens: words between white space, of all messages and the arguments of
 * their tool calls, and of the reply. It says of itself how it was counted.
 */
function countedUsage(
  request: ScriptRequest,
  reply: Pick<Completion, "content" | "reasoning" | "toolCalls">,
): Record<string, unknown> {
  const asked = request.messages.flatMap((message) => [
    messageText(message),
    ...(message.tool_calls ?? []).map((call) => call.function?.arguments ?? ""),
  ]);
  const answered = [
    reply.content ?? "",
    reply.reasoning ?? "",
    ...reply.toolCalls.map((call) => call.function.arguments),
  ];
  const prompt = words(asked);
  const completed = words(answered);
  return {
    prompt_tokens: prompt,
    completion_tokens: completed,
    total_tokens: prompt + completed,
    counted_by: "words",
  };
}

function words(texts: string[]): number {
  return texts.reduce((sum, text) => sum + (text.match(/\S+/g)?.length ?? 0), 0);
}

/** The body of a reply that is not a stream. */
export function completionBody(reply: Completion): string {
  return JSON.stringify({
    ...frame(reply, "chat.completion"),
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content: reply.content,
          ...(reply.reasoning === null ? {} : { reasoning_content: reply.reasoning }),
          ...(reply.toolCalls.length === 0 ? {} : { tool_calls: reply.toolCalls }),
        },
        finish_reason: reply.finishReason,
        logprobs: null,
      },
    ],
    usage: reply.usage,
  });
}

/** What every object of a reply has in common. */
export function frame(reply: Completion, object: string): Record<string, unknown> {
  const { id, created, model } = reply;
  return { id: `chatcmpl-${id}`, object, created, model, system_fingerprint: "scripted" };
}
