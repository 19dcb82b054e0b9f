import type { Masker } from "@mx/cli";
import { decodeBody } from "../reply/decode-body.ts";
import type { Reply, ReplyHead, UpstreamFault } from "../upstream/upstream.ts";
import { header } from "./headers.ts";
import { openaiError } from "./openai-error.ts";

/** Errors are short; what is longer is not passed on. */
const largestError = 1 << 20;

/**
 * Passes a reply on as it comes, but for a compressed error, in which a key could be quoted unseen. That waits for its
 * end: one that holds a secret is passed on decoded, for the relay to mask, and one that cannot be read not at all.
 */
export class CodedErrors implements Reply {
  readonly #reply: Reply;
  readonly #masker: Masker;
  #held: { head: ReplyHead; encoding: string; chunks: Buffer[]; bytes: number } | null = null;

  constructor(reply: Reply, masker: Masker) {
    this.#reply = reply;
    this.#masker = masker;
  }

  head(head: ReplyHead): void {
    const encoding = header(head.headers, "content-encoding")?.trim() ?? "";
    if (head.status < 400 || /^(identity)?$/i.test(encoding)) return this.#reply.head(head);
    this.#held = { head, encoding, chunks: [], bytes: 0 };
  }

  data(chunk: Buffer): boolean {
    const held = this.#held;
    if (held === null) return this.#reply.data(chunk);
    held.bytes += chunk.length;
    if (held.bytes > largestError) held.chunks.length = 0;
    else held.chunks.push(chunk);
    return true;
  }

  end(): void {
    if (this.#held === null) return this.#reply.end();
    const { head, encoding, chunks, bytes } = this.#held;
    const whole = Buffer.concat(chunks);
    if (bytes === 0) return this.#pass(head, whole);
    const decoded =
      bytes > largestError ? Promise.resolve("unknown" as const) : decodeBody(whole, encoding);
    void decoded.then((body) => {
      if (typeof body === "string") {
        const message = `the upstream's error is in an encoding that cannot be read here: ${encoding}`;
        const error = { status: head.status, code: "upstream_error", message };
        return this.#pass(plain(head, "application/json"), Buffer.from(openaiError(error)));
      }
      const clean = this.#masker.bytes(body).equals(body);
      this.#pass(clean ? head : plain(head), clean ? whole : body);
    });
  }

  fail(fault: UpstreamFault): void {
    this.#reply.fail(fault);
  }

  #pass(head: ReplyHead, body: Buffer): void {
    this.#reply.head(head);
    this.#reply.data(body);
    this.#reply.end();
  }
}

/** The head for a body that is not encoded, and maybe of another type. */
function plain(head: ReplyHead, type?: string): ReplyHead {
  const { headers } = head;
  const dropped = [
    "content-encoding",
    "content-length",
    ...(type === undefined ? [] : ["content-type"]),
  ];
  const kept = headers.filter(
    (_, at) => !dropped.includes((headers[at - (at % 2)] ?? "").toLowerCase()),
  );
  return { ...head, headers: type === undefined ? kept : [...kept, "content-type", type] };
}
