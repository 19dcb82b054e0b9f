import type { NativeMessage, NativeTrajectory } from "./native-trajectory.ts";

/**
 * The chat history of Aider (.aider.chat.history.md): Markdown, in which lines with `####` are the user's, quoted ones
 * Aider's own, and the rest the model's. It says nothing of tokens that is more than rounded.
 */
export function readAider(text: string): NativeTrajectory {
  const messages: NativeMessage[] = [];
  let version: string | null = null;
  let model: string | null = null;
  const begun = /^# aider chat started at /m.exec(text);
  if (begun === null) throw new Error("it does not say that a chat was started");
  let last: NativeMessage | undefined;
  for (const line of text.slice(begun.index).split("\n").slice(1)) {
    const [, own] = /^> ?(.*)$/.exec(line) ?? [];
    if (own !== undefined) {
      version ??= /^Aider v(\S+)/.exec(own)?.[1] ?? null;
      model ??= /^(?:Main )?[Mm]odel: (\S+)/.exec(own)?.[1] ?? null;
      last = undefined;
      continue;
    }
    const [, told] = /^#### ?(.*)$/.exec(line) ?? [];
    const role = told === undefined ? "assistant" : "user";
    const said = (told ?? line).trimEnd();
    if (last?.role === role) last.content += `\n${said}`;
    else if (said !== "") {
      last = { role, content: said };
      messages.push(last);
    }
  }
  for (const message of messages) message.content = message.content.trim();
  return { messages, sessionId: null, version, model };
}
