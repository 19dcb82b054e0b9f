import * as z from "zod";
import { joinReplies } from "./join-replies.ts";
import type { Message, ScriptRequest } from "./script-request.ts";

const Text = z.union([z.string(), z.array(z.looseObject({ text: z.string().optional() }))]);

/** An item of a conversation: a message, a call of a tool, or what came of one. */
const Item = z.looseObject({
  type: z.string().optional(),
  role: z.string().optional(),
  content: Text.nullish(),
  arguments: z.string().optional(),
  input: z.string().optional(),
  output: z.unknown().optional(),
});

const Tool = z.looseObject({ type: z.string(), name: z.string().optional() });

/** A responses request, as far as a script looks at it. */
const ResponsesRequest = z.looseObject({
  model: z.string(),
  instructions: z.string().nullish(),
  input: z.union([z.string(), z.array(Item).min(1)]),
  tools: z.array(Tool.extend({ tools: z.array(Tool).optional() })).nullish(),
  // What came before would be on the server; a script has no memory.
  previous_response_id: z.null().optional(),
});

/** A responses request as a chat completion's; null where it is none, or leaves out what was said before. */
export function readResponses(body: unknown): ScriptRequest | null {
  const { data } = ResponsesRequest.safeParse(body);
  if (data === undefined) return null;
  const { model, instructions, input, tools } = data;
  const items = typeof input === "string" ? [{ role: "user", content: input }] : input;
  const offered = tools?.flatMap((tool) => [
    { type: tool.type, function: { name: tool.name ?? tool.type } },
    ...(tool.tools ?? []).map(({ type, name }) => ({
      type,
      function: { name: name ?? type },
      namespace: tool.name,
    })),
  ]);
  return {
    model,
    messages: [
      ...(instructions == null ? [] : [{ role: "system", content: instructions }]),
      ...joinReplies(items.flatMap((item) => toMessage(item))),
    ],
    tools: offered,
  };
}

function toMessage(item: Partial<z.infer<typeof Item>>): Message[] {
  const { type = "message", role = "user", content } = item;
  if (type === "message") {
    return [{ role: role === "developer" ? "system" : role, content: content ?? "" }];
  }
  if (type === "reasoning") return [{ role: "assistant", content: "" }];
  if (type.endsWith("_output")) return [{ role: "tool", content: outputText(item.output) }];
  if (type.endsWith("_call")) {
    const call = { function: { arguments: item.arguments ?? item.input ?? "" } };
    return [{ role: "assistant", content: "", tool_calls: [call] }];
  }
  return [];
}

function outputText(output: unknown): string | { text?: string | undefined }[] {
  const parsed = Text.safeParse(output);
  return parsed.success ? parsed.data : JSON.stringify(output ?? "");
}
