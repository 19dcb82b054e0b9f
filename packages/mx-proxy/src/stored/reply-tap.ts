import type { Reply, ReplyHead, UpstreamFault } from "../upstream/upstream.ts";
import type { Body } from "./stored-reply.ts";

/** No reply over this size is stored, in bytes: it is held in memory until it is whole. */
export const largestStored = 64 << 20;

/** What a call was answered, as far as it came. */
export interface Taken {
  /** Null: no head came. */
  head: ReplyHead | null;
  body: Body;
  /** Why it ended before it was whole; null: it is whole. */
  fault: UpstreamFault | null;
}

/** Passes a reply on as it comes, and keeps a copy of it. */
export class ReplyTap implements Reply {
  readonly #reply: Reply;
  readonly #taken: (taken: Taken | "too large") => void;
  readonly #began = performance.now();
  readonly #pieces: Buffer[] = [];
  readonly #atMs: number[] = [];
  #head: ReplyHead | null = null;
  #bytes = 0;

  /** `taken` hears of the copy when the reply has ended, before the client does. */
  constructor(reply: Reply, taken: (taken: Taken | "too large") => void) {
    this.#reply = reply;
    this.#taken = taken;
  }

  head(head: ReplyHead): void {
    this.#head = head;
    this.#reply.head(head);
  }

  data(chunk: Buffer): boolean {
    this.#bytes += chunk.length;
    if (this.#bytes > largestStored) {
      this.#pieces.length = 0;
    } else {
      this.#pieces.push(chunk);
      this.#atMs.push(performance.now() - this.#began);
    }
    return this.#reply.data(chunk);
  }

  end(): void {
    this.#finish(null);
    this.#reply.end();
  }

  fail(fault: UpstreamFault): void {
    this.#finish(fault);
    this.#reply.fail(fault);
  }

  #finish(fault: UpstreamFault | null): void {
    if (this.#bytes > largestStored) return this.#taken("too large");
    const body = { pieces: this.#pieces, atMs: this.#atMs };
    this.#taken({ head: this.#head, body, fault });
  }
}
