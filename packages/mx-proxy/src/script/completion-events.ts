import { frame, type Completion } from "./completion.ts";
import { argumentPieces, textPieces } from "./pieces.ts";

/** The server-sent events of a reply that is a stream, `[DONE]` included. */
export function completionEvents(reply: Completion, includeUsage: boolean): string[] {
  const base = frame(reply, "chat.completion.chunk");
  const events: string[] = [];
  const push = (choices: unknown[], usage?: unknown) => {
    const chunk = { ...base, choices, ...(usage === undefined ? {} : { usage }) };
    events.push(`data: ${JSON.stringify(chunk)}\n\n`);
  };
  const delta = (part: Record<string, unknown>, finishReason: string | null = null) =>
    push([{ index: 0, delta: part, finish_reason: finishReason }], includeUsage ? null : undefined);
  delta({ role: "assistant", content: reply.content === null ? null : "" });
  for (const piece of textPieces(reply.reasoning ?? "")) delta({ reasoning_content: piece });
  for (const piece of textPieces(reply.content ?? "")) delta({ content: piece });
  for (const [index, { id, type, function: called }] of reply.toolCalls.entries()) {
    delta({ tool_calls: [{ index, id, type, function: { name: called.name, arguments: "" } }] });
    for (const piece of argumentPieces(called.arguments)) {
      delta({ tool_calls: [{ index, function: { arguments: piece } }] });
    }
  }
  delta({}, reply.finishReason);
  if (includeUsage) push([], reply.usage);
  events.push("data: [DONE]\n\n");
  return events;
}
