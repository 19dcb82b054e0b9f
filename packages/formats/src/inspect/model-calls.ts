import { countOf, listOf, objectOf, textOf, type JsonObject } from "../json-value.ts";
import { objectOrEmpty } from "../slice-document.ts";

/** What is kept of one call of a model: event/_model.py, `ModelEvent`. */
export interface ModelCall {
  usage: JsonObject;
  /** ISO time at which the reply was there. */
  completed: string | null;
}

/** A model's input and reply. */
export interface Exchange {
  /** Messages, or where they stand in the sample's pool of messages: pairs of start and end. */
  input: readonly unknown[];
  inputRefs: readonly unknown[];
  reply: JsonObject;
}

/** The calls of models among a sample's events: little of each, because there can be thousands and each holds all before it. */
export class ModelCalls {
  #count = 0;
  #last: Exchange | null = null;
  readonly #byMessage = new Map<string, ModelCall>();

  /** How many calls there were, those of graders included. */
  get count(): number {
    return this.#count;
  }

  /** The last call that was not a grader's. */
  get last(): Exchange | null {
    return this.#last;
  }

  /** The call that an assistant message is the reply of, by the message's id. */
  of(messageId: unknown): ModelCall | undefined {
    return typeof messageId === "string" ? this.#byMessage.get(messageId) : undefined;
  }

  /** True where the bytes of an event are those of a call, so that others need not be parsed. */
  static isCall(event: Buffer): boolean {
    return event.includes('"event":"model"') || event.includes('"event": "model"');
  }

  /** Takes in one event. */
  add(value: unknown): void {
    const event = objectOf(value);
    if (event?.["event"] !== "model") return;
    this.#count += 1;
    const output = objectOrEmpty(event["output"]);
    const reply = objectOf(objectOf(listOf(output["choices"])[0])?.["message"]);
    if (reply === null) return;
    const id = textOf(reply["id"]);
    if (id !== null) {
      this.#byMessage.set(id, {
        usage: objectOrEmpty(output["usage"]),
        completed: textOf(event["completed"]) ?? textOf(event["timestamp"]),
      });
    }
    if (event["role"] === "grader") return;
    this.#last = {
      input: listOf(event["input"]),
      inputRefs: listOf(event["input_refs"]),
      reply,
    };
  }
}

/** The items of a pool that pairs of start and end (exclusive) refer to; what is not there is left out. */
export function pooled(refs: readonly unknown[], pool: readonly unknown[]): unknown[] {
  return refs.flatMap((ref) => {
    const [start, end] = listOf(ref).map(countOf);
    return start == null || end == null ? [] : pool.slice(start, end);
  });
}
