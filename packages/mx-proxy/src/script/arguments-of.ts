import type { Completion } from "./completion.ts";

/** The arguments of a call as a value, for APIs that do not have them as text. */
export function argumentsOf({ function: called }: Completion["toolCalls"][number]): unknown {
  return JSON.parse(called.arguments);
}
