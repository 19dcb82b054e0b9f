import type { NativeMessage } from "./native-trajectory.ts";

/** Adds a call of a tool to a reply that comes in parts. `id` undefined: it was given none. */
export function addCall(
  reply: NativeMessage,
  id: string | undefined,
  call: { name: string; arguments: unknown },
): void {
  reply.tool_calls = [...(reply.tool_calls ?? []), { id: id ?? "", function: call }];
}

/** The text of a reply that comes in parts, with one more; each is on lines of its own. */
export function joined(before: string | undefined, more: string | undefined): string {
  return [before, more].filter((text) => text !== undefined && text !== "").join("\n");
}
