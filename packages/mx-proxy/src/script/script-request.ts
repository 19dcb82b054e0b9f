import * as z from "zod";

/** A message of a request, as far as a script looks at it. */
const Message = z.looseObject({
  role: z.string(),
  content: z.union([z.string(), z.array(z.looseObject({ text: z.string().optional() }))]).nullish(),
  tool_calls: z
    .array(z.looseObject({ function: z.looseObject({ arguments: z.string() }).optional() }))
    .nullish(),
});
export type Message = z.infer<typeof Message>;

/** A chat completion request, as far as a script looks at it. */
export const ScriptRequest = z.looseObject({
  model: z.string(),
  messages: z.array(Message).min(1),
  tools: z
    .array(z.looseObject({ function: z.looseObject({ name: z.string() }).optional() }))
    .nullish(),
});
export type ScriptRequest = z.infer<typeof ScriptRequest>;

/** The text of a message; the texts of its parts where it has parts. */
export function messageText({ content }: Message): string {
  if (typeof content === "string") return content;
  return (content ?? []).map(({ text }) => text ?? "").join("\n");
}
