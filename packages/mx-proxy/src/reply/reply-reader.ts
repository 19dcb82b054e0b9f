import type { ReplyHead } from "../upstream/upstream.ts";
import { header } from "../call/headers.ts";
import { decodeBody } from "./decode-body.ts";
import { eventData, EventSplitter } from "./event-splitter.ts";
import { ReplyFacts } from "./reply-facts.ts";

/** A body over this size is passed on without being looked at; its usage is unknown then. */
const largestBody = 16 << 20;

/**
 * Reads a reply on the side, for what it says about itself, while its bytes go on to the client. A stream is
 * read event by event; anything else, and what is compressed, is read once it has come to its end.
 */
export class ReplyReader {
  readonly facts: ReplyFacts;
  /** True: the reply is a stream of server-sent events. */
  readonly streamed: boolean;
  /** Content encoding of the body; null: none. */
  readonly encoding: string | null;
  /** What a LiteLLM proxy says that the reply has cost; null: not said. */
  readonly costHeader: string | null;
  /** False: the body was not JSON, or could not be decoded. Settled by `end`. */
  readable = true;
  /** True: the body is not in the encoding that its head names. Settled by `end`. */
  damaged = false;
  readonly #json: boolean;
  readonly #splitter = new EventSplitter();
  readonly #hideUsage: boolean;
  #chunks: Buffer[] | null = [];
  #bytes = 0;

  /**
   * With `hideUsage` the event that holds nothing but the usage does not go on to the client. `listener` gets what
   * is read.
   */
  constructor(
    head: ReplyHead,
    hideUsage: boolean,
    listener: ((document: Record<string, unknown>) => void) | null = null,
  ) {
    this.facts = new ReplyFacts(listener);
    const type = header(head.headers, "content-type") ?? "";
    this.streamed = /^text\/event-stream/i.test(type);
    this.#json = /^application\/([\w.-]+\+)?json/i.test(type);
    const encoding = header(head.headers, "content-encoding") ?? "identity";
    this.encoding = /^\s*identity\s*$/i.test(encoding) ? null : encoding;
    this.costHeader = header(head.headers, "x-litellm-response-cost") ?? null;
    this.#hideUsage = hideUsage && this.streamed && this.encoding === null;
  }

  /** True: the reply has no body, so far. */
  get isEmpty(): boolean {
    return this.#bytes === 0;
  }

  /** True: what goes on to the client can be shorter than what came. */
  get filters(): boolean {
    return this.#hideUsage;
  }

  /** Takes in a piece of the body; what of it goes on to the client now. */
  push(chunk: Buffer): Buffer[] {
    this.#bytes += chunk.length;
    if (!this.streamed || this.encoding !== null) {
      this.#keep(chunk);
      return [chunk];
    }
    const events = this.#splitter.push(chunk);
    const visible = events.filter((event) => !this.facts.event(eventData(event)));
    if (!this.#hideUsage) return [chunk];
    return visible.length > 1 ? [Buffer.concat(visible)] : visible;
  }

  /** The body is over. What still has to go on to the client. */
  async end(): Promise<Buffer[]> {
    if (this.streamed && this.encoding === null) {
      const rest = this.#splitter.flush();
      for (const event of rest) this.facts.event(eventData(event));
      return this.#hideUsage ? rest : [];
    }
    const kept = this.#chunks;
    // Of a compressed stream that was too large to be kept nobody knows whether it was finished.
    if (kept === null && this.streamed) this.readable = false;
    if (kept === null || kept.length === 0) return [];
    const whole = kept.length === 1 && kept[0] !== undefined ? kept[0] : Buffer.concat(kept);
    const body = this.encoding === null ? whole : await decodeBody(whole, this.encoding);
    this.damaged = body === "damaged";
    if (typeof body === "string") this.readable = false;
    else if (this.streamed) this.#readEvents(body);
    else this.#readDocument(body);
    return [];
  }

  #keep(chunk: Buffer): void {
    if (this.#bytes > largestBody || !(this.#json || this.streamed)) this.#chunks = null;
    this.#chunks?.push(chunk);
  }

  #readEvents(body: Buffer): void {
    for (const event of [...this.#splitter.push(body), ...this.#splitter.flush()]) {
      this.facts.event(eventData(event));
    }
  }

  #readDocument(body: Buffer): void {
    try {
      const document: unknown = JSON.parse(body.toString());
      if (typeof document === "object" && document !== null) {
        this.facts.document(document as Record<string, unknown>);
      }
    } catch {
      this.readable = false;
    }
  }
}
