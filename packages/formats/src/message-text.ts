import { objectOf, textOf } from "./json-value.ts";

/** What a message says: its text, or the texts of its parts on lines of their own; a part without text is named. */
export function messageText(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return textOf(objectOf(content)?.["text"]) ?? "";
  return content
    .filter((part) => !isThinking(part))
    .map((part: unknown) => partText(part))
    .join("\n");
}

/** The thinking that stands beside a message's text, as a field of its own or as a part; null: none. */
export function messageReasoning(message: Record<string, unknown>): string | null {
  const field = textOf(message["reasoning_content"]) ?? textOf(message["reasoning"]);
  if (field !== null && field !== "") return field;
  if (!Array.isArray(message["content"])) return null;
  const parts = message["content"].filter((part) => isThinking(part)).map(partText);
  return parts.length === 0 ? null : parts.join("\n");
}

function isThinking(part: unknown): boolean {
  const type = objectOf(part)?.["type"];
  return type === "thinking" || type === "reasoning";
}

function partText(part: unknown): string {
  if (typeof part === "string") return part;
  const fields = objectOf(part) ?? {};
  for (const name of ["text", "thinking", "reasoning"]) {
    const text = textOf(fields[name]);
    if (text !== null) return text;
  }
  return `[${textOf(fields["type"]) ?? "part"}]`;
}
