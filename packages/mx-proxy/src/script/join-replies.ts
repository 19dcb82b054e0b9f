import { messageText, type Message } from "./script-request.ts";

/** Messages in which what the model said in one turn is one message: some APIs split it into several items. */
export function joinReplies(messages: readonly Message[]): Message[] {
  const joined: Message[] = [];
  for (const message of messages) {
    const last = joined.at(-1);
    if (last?.role !== "assistant" || message.role !== "assistant") {
      joined.push(message);
      continue;
    }
    const texts = [messageText(last), messageText(message)].filter((text) => text !== "");
    const calls = [...(last.tool_calls ?? []), ...(message.tool_calls ?? [])];
    joined[joined.length - 1] = { ...last, content: texts.join("\n"), tool_calls: calls };
  }
  return joined;
}
