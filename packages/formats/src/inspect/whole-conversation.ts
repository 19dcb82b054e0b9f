import { objectOf } from "../json-value.ts";
import { pooled, type ModelCalls } from "./model-calls.ts";

/**
 * The sample's own messages where the model speaks in them, else what the last call of the model got and answered:
 * agents that keep their conversation to themselves leave it in the events only. `pool` gives the messages that
 * events refer to.
 */
export async function wholeConversation(
  messages: readonly unknown[],
  calls: ModelCalls,
  pool: (refs: readonly unknown[]) => Promise<readonly unknown[]>,
): Promise<readonly unknown[]> {
  const { last } = calls;
  if (last === null || messages.some((message) => objectOf(message)?.["role"] === "assistant")) {
    return messages;
  }
  const { input, inputRefs, reply } = last;
  if (input.length > 0 || inputRefs.length === 0) return [...input, reply];
  return [...pooled(inputRefs, await pool(inputRefs)), reply];
}
