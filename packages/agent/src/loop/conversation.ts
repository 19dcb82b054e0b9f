import { addUsage, noUsage } from "@mx/records";
import type { InitialMessage } from "../initial-messages.ts";
import type { ChatCompletionMessageParam } from "openai/resources/chat/completions";
import { runLoop, type LoopEnd, type LoopOptions, type Spent } from "./run-loop.ts";

/** What a conversation is held with; the messages it starts from are added to as it goes on. */
export type ConversationOptions = Omit<LoopOptions, "usedBefore">;

/** One or more messages of a user, each with all the turns that the model takes to answer it. */
export class Conversation {
  readonly #options: ConversationOptions;
  #spent: Spent = { turns: 0, usage: noUsage };

  constructor(options: ConversationOptions) {
    this.#options = options;
  }

  /** What all answers so far took; those of an answer that is under way, too. */
  get spent(): Spent {
    return this.#spent;
  }

  /** Adds what the user says. */
  say({ content }: Pick<InitialMessage, "content">): void {
    this.#options.messages.push({ role: "user", content } as ChatCompletionMessageParam);
    const message = typeof content === "string" ? content : JSON.stringify(content);
    this.#options.log.add({ source: "user", message });
  }

  /** Lets the model answer. `turns` and `usage` of the end are those of this answer alone. */
  async answer(): Promise<LoopEnd> {
    const before = this.#spent;
    return runLoop({
      ...this.#options,
      usedBefore: before.usage,
      turned: async (now) => {
        this.#spent = {
          turns: before.turns + now.turns,
          usage: addUsage(before.usage, now.usage),
        };
        await this.#options.turned(this.#spent);
      },
    });
  }
}
