import { createHash } from "node:crypto";
import { requestDigest } from "../stored/request-digest.ts";
import type { UpstreamRequest } from "../upstream/upstream.ts";
import type { ResultLine } from "./journal-line.ts";
import type { ResultJournal } from "./result-journal.ts";

/** Asking these again does no work twice. */
const repeatable = new Set(["GET", "HEAD", "OPTIONS"]);

/** One call and the result that is its own, once an upstream works on it by itself. */
export class ResultClaim {
  readonly #journal: ResultJournal;
  readonly #request: UpstreamRequest;
  #result: ResultLine | null = null;

  constructor(journal: ResultJournal, request: UpstreamRequest) {
    this.#journal = journal;
    this.#request = request;
  }

  /** A result of an equal call that nobody has had, which is this call's from now on; null: there is none. */
  adopt(suits: (upstream: string) => boolean): ResultLine | null {
    // A digest costs as much as the body is long, and there hardly ever is a result.
    if (!this.#journal.mayHave(this.#bytes) || repeatable.has(this.#request.method)) return null;
    this.#result = this.#journal.adopt(callDigest(this.#request), suits);
    return this.#result;
  }

  /** The upstream has taken the call: `read` is called once that cannot be forgotten. */
  found(upstream: string, url: string, read: () => void): void {
    if (this.#result !== null || repeatable.has(this.#request.method)) return read();
    const entry = { digest: callDigest(this.#request), bytes: this.#bytes, upstream, url };
    this.#result = this.#journal.add(entry, read);
  }

  get #bytes(): number {
    return this.#request.body?.length ?? 0;
  }

  /** The call is over. `delivered`: its client has the result, or the result is gone. */
  over(delivered: boolean): void {
    if (this.#result === null) return;
    if (delivered) this.#journal.finish(this.#result);
    else this.#journal.release(this.#result);
    this.#result = null;
  }
}

/** An equal call of the same trial, in whatever attempt, is the same call made again. */
function callDigest(request: UpstreamRequest): string {
  const { trial, subject } = request;
  const caller = trial?.key ?? [subject.task, subject.trial];
  return createHash("sha256")
    .update(JSON.stringify([requestDigest(request), caller]))
    .digest("hex");
}
