import type { ChatCompletionMessageParam } from "openai/resources/chat/completions";

/** An item of a reply of the responses API, as the server sent it. */
export type OutputItem = Record<string, unknown> & { type: string };

/** What a reply was made of, where a chat message cannot hold it and the next request needs it. */
export interface Carried {
  /** of the responses API: reasoning, which may be encrypted, in its place between messages and calls */
  items?: OutputItem[];
  /** the model's thinking */
  reasoning?: string;
  /** the text as the model wrote it, with the calls in it */
  raw?: string;
}

const carried = Symbol("carried");

/** The message with something to carry. It stays with copies of the message, and is never sent with it. */
export function carry<M extends ChatCompletionMessageParam>(message: M, what: Carried): M {
  return Object.assign(message, { [carried]: what });
}

/** What a message carries. */
export function carriedBy(message: ChatCompletionMessageParam): Carried {
  return (message as { [carried]?: Carried })[carried] ?? {};
}
