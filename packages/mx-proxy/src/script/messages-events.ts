import type { Completion } from "./completion.ts";
import { argumentPieces, textPieces } from "./pieces.ts";
import { messageBlocks, messageFrame, messagesUsage, type Block } from "./messages-reply.ts";

/** The events of a streamed message, `message_stop` included. */
export function messagesEvents(reply: Completion): string[] {
  const events: string[] = [];
  const push = (type: string, data: object) =>
    events.push(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  const { stop_reason, stop_sequence, ...frame } = messageFrame(reply);
  const usage = messagesUsage(reply);
  push("message_start", {
    message: {
      ...frame,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { ...usage, output_tokens: 0 },
    },
  });
  for (const [index, block] of messageBlocks(reply).entries()) {
    push("content_block_start", { index, content_block: empty(block) });
    for (const delta of deltas(block)) push("content_block_delta", { index, delta });
    push("content_block_stop", { index });
  }
  push("message_delta", { delta: { stop_reason, stop_sequence }, usage });
  push("message_stop", {});
  return events;
}

function empty(block: Block): Block {
  if (block.type === "text") return { ...block, text: "" };
  return block.type === "thinking" ? { ...block, thinking: "" } : { ...block, input: {} };
}

function deltas(block: Block): object[] {
  switch (block.type) {
    case "text":
      return textPieces(block.text).map((text) => ({ type: "text_delta", text }));
    case "thinking":
      return textPieces(block.thinking).map((thinking) => ({ type: "thinking_delta", thinking }));
    case "tool_use":
      return argumentPieces(JSON.stringify(block.input)).map((partial_json) => ({
        type: "input_json_delta",
        partial_json,
      }));
  }
}
