import type { ChatCompletionMessageParam } from "openai/resources/chat/completions";
import { carriedBy, type OutputItem } from "../carried.ts";

type Part = Record<string, unknown> & { type: string };
type Message = ChatCompletionMessageParam;
type Assistant = Extract<Message, { role: "assistant" }>;

/** A conversation in the items of the responses API. */
export function inputItems(messages: readonly Message[]): OutputItem[] {
  return messages.flatMap((message): OutputItem[] => {
    switch (message.role) {
      case "assistant":
        return assistantItems(message);
      case "tool":
        return [
          {
            type: "function_call_output",
            call_id: message.tool_call_id,
            output: parts(message.content),
          },
        ];
      case "function":
        return [];
      default:
        return [{ type: "message", role: message.role, content: parts(message.content) }];
    }
  });
}

/**
 * A reply's own items in their order, because a server wants its reasoning right before what came of it; but with
 * the texts and arguments of the message, which may have been made shorter, or acceptable.
 */
function assistantItems(message: Assistant): OutputItem[] {
  const calls = new Map(callItems(message).map((item) => [item["call_id"], item]));
  const said: OutputItem[] =
    typeof message.content === "string" && message.content !== ""
      ? [{ type: "message", role: "assistant", content: message.content }]
      : [];
  const items: OutputItem[] = [];
  for (const item of carriedBy(message).items ?? []) {
    if (item.type === "function_call") {
      const call = calls.get(item["call_id"]);
      if (call !== undefined) items.push(call);
      calls.delete(item["call_id"]);
    } else if (item.type === "message") {
      const { phase } = item;
      const [text] = said.splice(0);
      if (text !== undefined) items.push({ ...text, ...(phase != null && { phase }) });
    } else {
      items.push(item);
    }
  }
  items.push(...said, ...calls.values());
  // Reasoning that nothing came of, as where the reply was cut off, is refused.
  while (items.at(-1)?.type === "reasoning") items.pop();
  return items;
}

function callItems({ tool_calls = [] }: Assistant): OutputItem[] {
  return tool_calls.flatMap((call) =>
    call.type === "function"
      ? [{ type: "function_call", call_id: call.id, ...pick(call.function) }]
      : [],
  );
}

function pick({ name, arguments: args }: { name: string; arguments: string }) {
  return { name, arguments: args };
}

/** Content in the words of this API. What it has no word for is left to the server to judge. */
function parts(content: unknown): unknown {
  if (!Array.isArray(content)) return content ?? "";
  return (content as Part[]).map((part) => {
    if (part.type === "text") return { type: "input_text", text: part["text"] };
    if (part.type !== "image_url") return part;
    const { url, detail = "auto" } = part["image_url"] as { url: string; detail?: string };
    return { type: "input_image", image_url: url, detail };
  });
}
