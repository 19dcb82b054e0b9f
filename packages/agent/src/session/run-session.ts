import type { Readable } from "node:stream";
import type { Conversation } from "../loop/conversation.ts";
import type { LoopEnd } from "../loop/run-loop.ts";
import { sessionMessages } from "./session-messages.ts";

/** What a session works with. */
export interface SessionOptions {
  conversation: Conversation;
  /** an answer is owed already, to a prompt that was given in another way */
  hasPrompt: boolean;
  input: Readable;
  stop: AbortSignal;
  write: (text: string) => Promise<void>;
  mask: (text: string) => string;
}

/**
 * Answers one message after another, until stdin ends, with one line of NDJSON each. An answer that did not
 * complete does not end the session, but where the model cannot be reached. The end is that of the first answer that did not complete, else of the last one.
 */
export async function runSession(options: SessionOptions): Promise<LoopEnd | null> {
  const { conversation, input, stop } = options;
  let end: LoopEnd | null = null;
  let turn = 0;
  const answer = async (): Promise<boolean> => {
    const now = await conversation.answer();
    turn += 1;
    const { outcome, answer: said, turns: replies, usage } = now;
    const error = now.error === null ? null : options.mask(now.error);
    const line = { type: "turn", turn, outcome, answer: said, replies, usage, error };
    await options.write(`${JSON.stringify(line)}\n`);
    if (end === null || end.outcome === "completed") end = now;
    return outcome !== "infra_error";
  };
  if (options.hasPrompt && !(await answer())) return end;
  for await (const message of sessionMessages(input, stop)) {
    conversation.say(message);
    if (!(await answer())) return end;
  }
  return end;
}
