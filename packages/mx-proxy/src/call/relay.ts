import type { Masker } from "@mx/cli";
import type { ServerResponse } from "node:http";
import type { ReplyMessages } from "../observe/reply-messages.ts";
import { ReplyReader } from "../reply/reply-reader.ts";
import { finalHeaders } from "../upstream/final-head.ts";
import type { Reply, ReplyHead, UpstreamFault } from "../upstream/upstream.ts";
import { errorEvent, errorReply } from "./error-reply.ts";
import { header, replyHeaders } from "./headers.ts";

/** How a reply ended. */
export interface Verdict {
  state: "ok" | "error" | "truncated";
  error?: string;
}

const statusOf: Record<string, number> = {
  upstream_timeout: 504,
  bad_request: 400,
  result_gone: 410,
};

/** How long a client may take to receive the event that ends a broken stream, in ms. */
const lastEventMs = 2000;

export interface RelayOptions {
  response: ServerResponse;
  /** Goes into x-mx-request-id. */
  id: string;
  /** Path that was asked, whose API says what an error looks like. */
  path: string;
  /** True: a model answers, whose replies have a body, and whose streams say themselves when they are complete. */
  answers: boolean;
  /** True: the client did not ask for the usage of its stream, the proxy did. */
  hideUsage: boolean;
  /** The client can take more. */
  resume(): void;
  /** The reply has ended, which the client cannot know before `send` is called. */
  ended(verdict: Verdict, send: () => void): void;
  /** Takes secrets out of what an upstream says about an error, before it goes to the client. */
  masker: Masker;
  /** Puts together what the reply says, for its trace; null: nobody wants to know. */
  messages: ReplyMessages | null;
}

/** Hands an upstream's reply to the client as it comes, and reads it on the side. */
export class Relay implements Reply {
  /** What reads the reply; null: no head has come. */
  reader: ReplyReader | null = null;
  /** When the first byte of the body went out, as performance.now(); null: none has. */
  firstByteAt: number | null = null;
  readonly #options: RelayOptions;
  readonly #response: ServerResponse;
  #mask: ReturnType<Masker["stream"]> | null = null;
  /** Bytes of the body that are still to come; NaN: nobody said. */
  #left = NaN;
  /** What makes the reply complete. */
  readonly #last: Buffer[] = [];
  #over = false;

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#response = options.response;
  }

  /** What the reply says; null: nobody wants to know. */
  get messages(): ReplyMessages | null {
    return this.#options.messages;
  }

  head(head: ReplyHead): void {
    if (this.#over) return;
    const { hideUsage, messages } = this.#options;
    this.reader = new ReplyReader(
      head,
      hideUsage,
      messages === null ? null : (document) => messages.add(document),
    );
    // Some servers quote the key that they were given in the error that refuses it.
    if (head.status >= 400 && this.reader.encoding === null) {
      this.#mask = this.#options.masker.stream();
    }
    const changes = this.reader.filters || this.#mask !== null;
    if (!changes) this.#left = Number(header(head.headers, "content-length") ?? NaN);
    const passed = replyHeaders(head.headers, changes);
    const { masker } = this.#options;
    const headers = head.status < 400 ? passed : passed.map((text) => masker.text(text));
    headers.push("x-mx-request-id", this.#options.id);
    if (head.message === "") this.#response.writeHead(head.status, headers);
    else this.#response.writeHead(head.status, head.message, headers);
    // A short reply's head and body are one write; a head whose body is not there yet must not wait for it.
    process.nextTick(() => {
      if (this.firstByteAt === null && !this.#over) this.#response.flushHeaders();
    });
  }

  data(chunk: Buffer): boolean {
    if (this.#over || this.reader === null) return true;
    let room = true;
    for (const piece of this.reader.push(chunk)) {
      this.firstByteAt ??= performance.now();
      this.#left -= piece.length;
      if (this.#left <= 0) this.#last.push(piece);
      else room = this.#response.write(this.#mask === null ? piece : this.#mask.push(piece));
    }
    if (!room) this.#response.once("drain", () => this.#options.resume());
    return room;
  }

  end(): void {
    const { reader } = this;
    if (reader === null) return this.fail({ code: "upstream_reset", message: "an empty reply" });
    void reader.end().then((rest) => {
      if (this.#over) return;
      this.#over = true;
      const verdict = this.#verdict(reader);
      this.#options.ended(verdict, () => {
        if (verdict.state === "truncated") return this.#breakOff(verdict.error ?? "");
        const mask = this.#mask;
        const last =
          mask === null
            ? this.#last.concat(rest)
            : [...rest.map((piece) => mask.push(piece)), mask.flush()];
        this.#response.end(last.length === 1 ? last[0] : Buffer.concat(last));
      });
    });
  }

  fail({ code, message, attempts }: UpstreamFault): void {
    if (this.#over) return;
    this.#over = true;
    if (this.reader !== null) {
      return this.#options.ended({ state: "truncated", error: message }, () =>
        this.#breakOff(message),
      );
    }
    const status = statusOf[code] ?? 502;
    this.#response.writeHead(status, [
      "content-type",
      "application/json",
      "x-mx-request-id",
      this.#options.id,
      ...(attempts === undefined ? [] : finalHeaders(attempts)),
    ]);
    const error = { status, code, message: this.#options.masker.text(message) };
    this.#options.ended({ state: "error", error: `${code}: ${message}` }, () =>
      this.#response.end(errorReply(this.#options.path, error)),
    );
  }

  /** The client is gone or given up: nothing more is written. */
  cancel(): void {
    this.#over = true;
  }

  #verdict(reader: ReplyReader): Verdict {
    const { facts, readable, encoding, streamed, damaged } = reader;
    const status = this.#response.statusCode;
    if (status >= 400) return { state: "error", error: facts.error ?? `HTTP ${status}` };
    if (facts.error !== null) return { state: "error", error: facts.error };
    const { answers } = this.#options;
    if (streamed && damaged) return { state: "truncated", error: `the stream is no ${encoding}` };
    if (streamed && readable && !facts.finished && answers) {
      return { state: "truncated", error: "the stream ended before it was finished" };
    }
    if (damaged) return { state: "error", error: `the reply is no ${encoding}` };
    if (answers && status >= 300) return { state: "error", error: `HTTP ${status}` };
    if (answers && reader.isEmpty) return { state: "error", error: "an empty reply" };
    // What cannot be decoded may be what the client asked for; JSON that is none is not.
    if (!readable && encoding === null) return { state: "error", error: "the reply is not JSON" };
    return { state: "ok" };
  }

  /** Ends the connection without the mark of a complete reply, so that no client takes it for one. */
  #breakOff(message: string): void {
    const response = this.#response;
    if (this.reader === null || !this.reader.streamed || this.reader.encoding !== null) {
      response.destroy();
      return;
    }
    const error = {
      status: 502,
      code: "upstream_truncated",
      message: this.#options.masker.text(message),
    };
    const event = errorEvent(this.#options.path, error, this.reader.facts.sequence);
    const timer = setTimeout(() => response.destroy(), lastEventMs);
    response.write(`\n\n${event}`, () => {
      clearTimeout(timer);
      response.destroy();
    });
  }
}
