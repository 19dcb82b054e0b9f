import type { Message } from "./script-request.ts";

/** A user's turn as a chat completion has it: each result of a tool is a message of its own, and the text comes last. */
export function userMessages(results: readonly string[], text: string): Message[] {
  return [
    ...results.map((content) => ({ role: "tool", content })),
    ...(text === "" && results.length > 0 ? [] : [{ role: "user", content: text }]),
  ];
}

/** The texts of the parts that have one. */
export function partsText(parts: readonly { text?: string | undefined }[]): string {
  return parts.flatMap(({ text }) => text ?? []).join("\n");
}
