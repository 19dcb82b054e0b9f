import type { InitialMessage } from "./initial-messages.ts";
import { systemPrompt } from "./system-prompt.ts";

/**
 * The messages with a system prompt in front: mx-agent's own, unless there is one. What the tools need to have said
 * joins it in both cases, because many servers take only one.
 */
export function withPrompts(
  messages: readonly InitialMessage[],
  cwd: string,
  prompts: readonly string[],
): InitialMessage[] {
  const at = messages.findIndex(({ role }) => role === "system" || role === "developer");
  if (at === -1) {
    const content = [systemPrompt(cwd), ...prompts].join("\n\n");
    return [{ role: "system", content }, ...messages];
  }
  const { content } = messages[at]!;
  if (prompts.length === 0) return [...messages];
  const added =
    typeof content === "string"
      ? [content, ...prompts].join("\n\n")
      : [...(content ?? []), { type: "text", text: prompts.join("\n\n") }];
  return messages.with(at, { ...messages[at]!, content: added });
}
