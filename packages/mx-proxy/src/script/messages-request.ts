import * as z from "zod";
import { joinReplies } from "./join-replies.ts";
import type { Message, ScriptRequest } from "./script-request.ts";
import { partsText, userMessages } from "./user-messages.ts";

const Content = z.union([
  z.string(),
  z.array(
    z.looseObject({
      type: z.string(),
      text: z.string().optional(),
      name: z.string().optional(),
      input: z.unknown().optional(),
      content: z.unknown().optional(),
    }),
  ),
]);
type Content = z.infer<typeof Content>;

/** A Messages request, as far as a script looks at it. */
const MessagesRequest = z.looseObject({
  model: z.string(),
  system: Content.nullish(),
  messages: z.array(z.looseObject({ role: z.string(), content: Content })).min(1),
  tools: z.array(z.looseObject({ name: z.string().optional() })).nullish(),
});

/** Anthropic's request as a chat completion's; null where it is none. Results of tools are messages of their own there. */
export function readMessages(body: unknown): ScriptRequest | null {
  const { data } = MessagesRequest.safeParse(body);
  if (data === undefined) return null;
  const { model, system, messages, tools } = data;
  const said = messages.flatMap(({ role, content }): Message[] =>
    role === "assistant" ? [replied(content)] : told(content),
  );
  return {
    model,
    messages: [
      ...(system == null ? [] : [{ role: "system", content: textOf(system) }]),
      ...joinReplies(said),
    ],
    tools: tools?.map(({ name }) => ({ function: { name: name ?? "" } })),
  };
}

function replied(content: Content): Message {
  if (typeof content === "string") return { role: "assistant", content };
  const calls = content.filter(({ type }) => type === "tool_use");
  return {
    role: "assistant",
    content: textOf(content),
    tool_calls: calls.map(({ input }) => ({
      function: { arguments: JSON.stringify(input ?? {}) },
    })),
  };
}

function told(content: Content): Message[] {
  if (typeof content === "string") return [{ role: "user", content }];
  const results = content.filter(({ type }) => type === "tool_result");
  return userMessages(
    results.map((result) => resultText(result.content)),
    textOf(content),
  );
}

function resultText(content: unknown): string {
  const parsed = Content.safeParse(content);
  return parsed.success ? textOf(parsed.data) : "";
}

function textOf(content: Content): string {
  return typeof content === "string" ? content : partsText(content);
}
