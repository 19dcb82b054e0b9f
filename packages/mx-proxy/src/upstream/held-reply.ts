import type { Reply, ReplyHead } from "./upstream.ts";

/** No error is longer; what is goes unread. */
const maxBytes = 64 << 10;

/** A reply that is read as a whole before it is decided whether the client gets it. */
export class HeldReply {
  readonly head: ReplyHead;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(head: ReplyHead) {
    this.head = head;
  }

  /** False: it is too long to be held. */
  push(chunk: Buffer): boolean {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    return this.#bytes <= maxBytes;
  }

  body(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  /** Lets the client have what there is, under this head. False: it cannot take more now. */
  passTo(reply: Reply, head: ReplyHead): boolean {
    reply.head(head);
    let room = true;
    for (const chunk of this.#chunks) room = reply.data(chunk);
    return room;
  }
}
