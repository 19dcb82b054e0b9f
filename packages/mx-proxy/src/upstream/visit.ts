import type { Usage } from "@mx/records";
import type { Api } from "./api.ts";
import type { ForwardCall } from "./forward-call.ts";
import type { Entrant } from "./gate.ts";
import type { Slot } from "./minute-window.ts";
import type { RetryPolicy } from "./retries.ts";
import { retryAfterMs } from "./retry-after.ts";
import type { ReplyHead } from "./upstream.ts";

/** One call at one upstream after another: its place there, how long it waited for that, and what the upstream learns from it. */
export class Visit implements Entrant {
  readonly owner: string;
  readonly tokens: number;
  slot: Slot | null = null;
  round = 0;
  /** Time in ms that was spent in queues. */
  queueMs = 0;
  /** USD for the time at upstreams that are paid by the hour. */
  costUsd = 0;
  readonly #retries: RetryPolicy;
  readonly #send: () => void;
  #api: Api | null = null;
  #place: "none" | "queue" | "inside" = "none";
  #queuedAt = 0;
  /** Null: nobody knows yet whether the upstream works. */
  #worked: boolean | null = null;
  #pay: (() => number) | null = null;

  /** `send` is called as soon as the call has a place. */
  constructor({ request, tokens, retries }: ForwardCall, send: () => void) {
    this.owner = request.trial?.key ?? request.subject.task ?? "";
    this.tokens = tokens;
    this.#retries = retries;
    this.#send = send;
  }

  /** Asks for a place. False: there is none yet. */
  enter(api: Api): boolean {
    this.#api = api;
    this.slot = null;
    this.#worked = null;
    this.#place = "queue";
    this.#queuedAt = performance.now();
    const free = api.gate.enter(this);
    if (free) this.#inside(api);
    return free;
  }

  go(): void {
    this.queueMs += performance.now() - this.#queuedAt;
    if (this.#api !== null) this.#inside(this.#api);
  }

  /** A head has come; the first one of a visit counts. */
  answered(head: ReplyHead): void {
    const { retries, budgetMs } = this.#retries;
    const api = this.#api;
    if (api === null || this.#worked !== null) return;
    if (head.status >= 500) return this.failed();
    api.breaker.worked();
    this.#worked = head.status < 400;
    if (head.status !== 429 || retries === 0) return;
    // Others need not hear the same; but none of them waits for longer than this call would.
    api.gate.tooMany(this, Math.min(retryAfterMs(head) ?? 0, budgetMs));
  }

  /** The upstream could not answer. */
  failed(): void {
    // A call that it has taken keeps what it takes of the limits, though its result cannot be read.
    this.#worked ??= false;
    this.#api?.breaker.failed();
  }

  /** The call leaves the upstream, or the queue for it. */
  leave(): void {
    const api = this.#api;
    const place = this.#place;
    this.#place = "none";
    if (api === null || place === "none") return;
    if (place === "queue") {
      this.queueMs += performance.now() - this.#queuedAt;
      return api.gate.cancel(this);
    }
    if (this.#worked === null) api.breaker.leave();
    // Whoever is turned away takes no tokens; what is given up may have taken all that it would.
    if (this.#worked === false) api.gate.settle(this, 0);
    this.costUsd += this.#pay?.() ?? 0;
    this.#pay = null;
    api.gate.leave(this.#worked === true);
  }

  /** What the call came to in the end. */
  used({ calls, input_tokens: input, output_tokens: output }: Usage): void {
    if (this.#worked !== true || (calls > 0 && (input === null || output === null))) return;
    this.#api?.gate.settle(this, (input ?? 0) + (output ?? 0));
  }

  #inside(api: Api): void {
    this.#place = "inside";
    api.breaker.enter();
    this.#pay = api.meter?.begin() ?? null;
    this.#send();
  }
}
