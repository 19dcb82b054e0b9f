import { isObject } from "../is-object.ts";
import { partsOf, toMessage, type Message, type Part } from "./message.ts";

type Json = Record<string, unknown>;

/** Messages of one reply that are put together; further choices are not. */
const mostMessages = 16;

/**
 * Puts together what a reply says, from its body or from the events of its stream, up to so many characters.
 * Understands chat completions, completions, Anthropic messages and responses.
 */
export class ReplyMessages {
  /** True: there was more than there is room for. */
  cut = false;
  readonly #messages = new Map<number, Message>();
  #room: number;

  constructor(characters: number) {
    this.#room = characters;
  }

  /** Takes in a body, or the data of one event. */
  add(document: Json): void {
    const { type, choices, response } = document;
    if (Array.isArray(choices)) for (const choice of choices) this.#choice(choice);
    if (type === "message") this.#whole(0, toMessage(document));
    // The event that ends a stream of responses says again all that has been said.
    const output = isObject(response) ? response["output"] : document["output"];
    if (Array.isArray(output)) this.#output(output);
    if (type === "response.output_text.delta") this.#text("text", document["delta"]);
    if (type === "content_block_start") this.#whole(0, block(document["content_block"]));
    if (type === "content_block_delta" && isObject(document["delta"])) {
      const { text, thinking, partial_json: json } = document["delta"];
      this.#text("text", text);
      this.#text("reasoning", thinking);
      this.#arguments(0, null, json);
    }
  }

  messages(): Message[] {
    return [...this.#messages.values()];
  }

  #choice(choice: unknown): void {
    if (!isObject(choice)) return;
    const at = typeof choice["index"] === "number" ? choice["index"] : 0;
    const { message, delta, text } = choice;
    if (isObject(message)) this.#whole(at, toMessage(message));
    this.#text("text", text, at);
    if (!isObject(delta)) return;
    this.#text("reasoning", delta["reasoning_content"] ?? delta["reasoning"], at);
    this.#text("text", delta["content"], at);
    if (!Array.isArray(delta["tool_calls"])) return;
    for (const call of delta["tool_calls"].filter(isObject)) {
      const made = isObject(call["function"]) ? call["function"] : {};
      if (typeof made["name"] === "string" && made["name"] !== "") {
        this.#whole(
          at,
          toMessage({
            role: "assistant",
            tool_calls: [{ ...call, function: { ...made, arguments: "" } }],
          }),
        );
      }
      this.#arguments(at, call["index"], made["arguments"]);
    }
  }

  #output(items: unknown[]): void {
    const message = this.#message(0);
    if (message === null || items.length === 0) return;
    message.parts.length = 0;
    for (const item of items.filter(isObject)) {
      this.#whole(
        0,
        "content" in item ? toMessage(item) : { role: "assistant", parts: partsOf([item]) },
      );
    }
  }

  #message(at: number): Message | null {
    const known = this.#messages.get(at);
    if (known !== undefined) return known;
    if (this.#messages.size >= mostMessages) return null;
    const made = { role: "assistant", parts: [] };
    this.#messages.set(at, made);
    return made;
  }

  #whole(at: number, { parts }: Message): void {
    const message = this.#message(at);
    if (message === null) return;
    for (const part of parts) {
      const size = JSON.stringify(part).length;
      if (size > this.#room && !("content" in part)) this.cut = true;
      else if ("content" in part)
        this.#append(message, { ...part, content: this.#take(part.content) });
      else {
        this.#room -= size;
        message.parts.push(part);
      }
    }
  }

  #text(type: "text" | "reasoning", text: unknown, at = 0): void {
    if (typeof text !== "string" || text === "") return;
    const message = this.#message(at);
    if (message !== null) this.#append(message, { type, content: this.#take(text) });
  }

  /** Goes on with the part before it where that is of the same kind. */
  #append(message: Message, part: { type: string; content: string }): void {
    // A stream without end must not leave a part behind with each event once there is no room.
    if (part.content === "" && this.#room === 0) return;
    const last = message.parts.at(-1);
    if (last !== undefined && "content" in last && last.type === part.type) {
      last.content += part.content;
    } else message.parts.push(part);
  }

  /** More of the arguments of a tool call: the one with this index, or the last one. */
  #arguments(at: number, index: unknown, more: unknown): void {
    if (typeof more !== "string") return;
    const calls = (this.#message(at)?.parts ?? []).filter(isCall);
    const call = typeof index === "number" ? calls[index] : calls.at(-1);
    if (call !== undefined) call.arguments += this.#take(more);
  }

  #take(text: string): string {
    if (text.length <= this.#room) {
      this.#room -= text.length;
      return text;
    }
    this.cut = true;
    const taken = text.slice(0, this.#room);
    this.#room = 0;
    return taken;
  }
}

function isCall(part: Part): part is Extract<Part, { arguments: string }> {
  return "arguments" in part;
}

/** The beginning of a block of an Anthropic message: its input comes in pieces later. */
function block(content: unknown): Message {
  const begun = isObject(content) && "input" in content ? { ...content, input: "" } : content;
  return { role: "assistant", parts: partsOf([begun]) };
}
