import type { ForwardCall } from "./forward-call.ts";
import { HopPace } from "./hop-pace.ts";
import type { Lane } from "./lanes.ts";
import { resultAt, type Target } from "./result-url.ts";
import { isRetriable } from "./retriable.ts";
import type { ReplyHead, UpstreamFault } from "./upstream.ts";

/** The result of one call that its upstream works on by itself, and where it lies. */
export class CallResult {
  readonly #call: ForwardCall;
  readonly #hops = new HopPace();
  /** Null: this call was made here; else when it was made of which this one reads the result. */
  #adopted: string | null = null;
  /** The client gets the result itself, and not an error on the way to it. */
  #isPassed = false;

  constructor(call: ForwardCall) {
    this.#call = call;
  }

  /** Takes over the result of an equal call that nobody has had; null: there is none. */
  adopt(): { lane: Lane; target: Target } | null {
    const { lanes, results } = this.#call;
    const result = results.adopt((upstream) => lanes.named(upstream) !== null);
    const lane = result === null ? null : lanes.named(result.upstream);
    if (result === null || lane === null) return null;
    const target = resultAt(result.url, lanes.target(lane));
    if (target === null) return null;
    this.#adopted = result.started_at;
    return { lane, target };
  }

  /** It lies there. From here on the call must not be made again, whatever becomes of this process; then it is read. */
  found(upstream: string, { origin, path }: Target, read: (pauseMs: number) => void): void {
    this.#call.results.found(upstream, origin + path, () => read(this.#hops.next()));
  }

  /** What to say when the result of a call of long ago is there no more; null: it is there. */
  gone({ status }: ReplyHead): UpstreamFault | null {
    if (this.#adopted === null || (status !== 404 && status !== 410)) return null;
    this.#call.results.over(true);
    const message =
      `the upstream took this call at ${this.#adopted} and has its result no more; ` +
      "it was not made again: send it once more to have it made anew";
    return { code: "result_gone", message };
  }

  /** The client gets this, which was read where the result lies. */
  passes(head: ReplyHead): void {
    this.#isPassed = !isRetriable(head, true);
  }

  closed(delivered: boolean): void {
    this.#call.results.over(delivered && this.#isPassed);
  }
}
