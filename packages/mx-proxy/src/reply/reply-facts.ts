import type { Usage } from "@mx/records";
import { isObject } from "../is-object.ts";
import { replyUsage } from "./reply-usage.ts";

const lastEvents = new Set([
  "message_stop",
  "response.completed",
  "response.failed",
  "response.incomplete",
]);

/** What a reply says about itself, gathered from its body or from the events of its stream. */
export class ReplyFacts {
  /** Model as the reply names it; null: not said. */
  model: string | null = null;
  /** Why the reply ended, as it says itself (of its first choice); null: not said. */
  finishReason: string | null = null;
  /** Message of an error that the body holds, whatever the status; null: none. */
  error: string | null = null;
  /** True: a stream has said that nothing more comes. */
  finished = false;
  /** Number of the last event, where the events of the stream are numbered; null: none is. */
  sequence: number | null = null;
  #usage: Record<string, unknown> | null = null;
  readonly #listener: ((document: Record<string, unknown>) => void) | null;

  /** `listener` gets each document and event too. */
  constructor(listener: ((document: Record<string, unknown>) => void) | null = null) {
    this.#listener = listener;
  }

  /** Tokens as reported; null: not reported. */
  get usage(): Usage | null {
    return this.#usage === null ? null : replyUsage(this.#usage);
  }

  /** The usage as the reply has it, in its own words; null: not reported. */
  get reportedUsage(): Readonly<Record<string, unknown>> | null {
    return this.#usage;
  }

  /** Takes in the data of one event. True: the event holds the usage and nothing else. */
  event(data: string): boolean {
    if (data === "[DONE]") {
      this.finished = true;
      return false;
    }
    const event = parse(data);
    if (!isObject(event)) return false;
    if (typeof event["type"] === "string" && lastEvents.has(event["type"])) this.finished = true;
    if (typeof event["sequence_number"] === "number") this.sequence = event["sequence_number"];
    this.document(event);
    // Google's streams end with an event that has the reason, and nothing after it.
    if (Array.isArray(event["candidates"]) && this.finishReason !== null) this.finished = true;
    const choices = event["choices"];
    if (!Array.isArray(choices)) return false;
    if (choices.some((choice) => finishOf(choice) !== null)) this.finished = true;
    return choices.length === 0 && isObject(event["usage"]);
  }

  /** Takes in a body that is JSON. */
  document(document: Record<string, unknown>): void {
    this.#listener?.(document);
    // A response or a message can be wrapped into the event that brings it.
    const choices = document["choices"];
    this.finishReason ??= Array.isArray(choices) ? finishOf(choices[0]) : null;
    const candidates = document["candidates"];
    if (Array.isArray(candidates)) this.finishReason ??= finishOf(candidates[0]);
    if (typeof document["modelVersion"] === "string") this.model = document["modelVersion"];
    if (isObject(document["usageMetadata"])) this.#usage = document["usageMetadata"];
    for (const part of [document, document["response"], document["message"], document["delta"]]) {
      if (!isObject(part)) continue;
      if (typeof part["stop_reason"] === "string") this.finishReason = part["stop_reason"];
      const incomplete = part["incomplete_details"];
      if (isObject(incomplete) && typeof incomplete["reason"] === "string")
        this.finishReason = incomplete["reason"];
      if (typeof part["model"] === "string") this.model = part["model"];
      if (isObject(part["usage"])) this.#usage = { ...this.#usage, ...part["usage"] };
      if (isObject(part["error"])) this.error = messageOf(part["error"]);
    }
    if (typeof document["error"] === "string") this.error = document["error"];
  }
}

function finishOf(choice: unknown): string | null {
  const reason = isObject(choice) ? (choice["finish_reason"] ?? choice["finishReason"]) : null;
  return typeof reason === "string" ? reason : null;
}

function messageOf(error: Record<string, unknown>): string {
  const { message, code } = error;
  if (typeof message === "string" && message !== "") return message;
  if (typeof code === "string") return code;
  try {
    return JSON.stringify(error);
  } catch {
    return "an error that is nested too deeply to be told";
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
