import { AdaptiveLimit } from "./adaptive-limit.ts";
import { FairQueue, type Owned } from "./fair-queue.ts";
import { MinuteWindow, type Slot } from "./minute-window.ts";

/** How much an upstream is asked at most; null: any amount. */
export interface ApiLimits {
  /** Calls at once. */
  concurrency: number | null;
  requestsPerMinute: number | null;
  tokensPerMinute: number | null;
}

export const noLimits: ApiLimits = {
  concurrency: null,
  requestsPerMinute: null,
  tokensPerMinute: null,
};

/** A call that wants to go to an upstream. */
export interface Entrant extends Owned {
  /** Tokens that it is expected to take. */
  readonly tokens: number;
  /** The gate's own: what it takes of the limits per minute. */
  slot: Slot | null;
  /** The gate's own. */
  round: number;
  /** It may go now. */
  go(): void;
}

/** Lets as many calls to an upstream as its limits allow; the others wait, each trial's in turn. */
export class Gate {
  /** Calls that are inside. */
  active = 0;
  readonly #queue = new FairQueue<Entrant>();
  readonly #limit: AdaptiveLimit;
  readonly #window: MinuteWindow | null;
  readonly #now: () => number;
  #pausedUntil = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(limits: ApiLimits, now: () => number = () => performance.now()) {
    const { concurrency, requestsPerMinute, tokensPerMinute } = limits;
    this.#limit = new AdaptiveLimit(concurrency);
    this.#window =
      requestsPerMinute === null && tokensPerMinute === null
        ? null
        : new MinuteWindow(requestsPerMinute, tokensPerMinute);
    this.#now = now;
  }

  get queued(): number {
    return this.#queue.size;
  }

  /** Calls that may be inside at once; null: any number. */
  get concurrency(): number | null {
    return this.#limit.value === Infinity ? null : this.#limit.value;
  }

  /** True while the upstream has asked to be left alone. */
  get paused(): boolean {
    return this.#pausedUntil > 0 && this.#now() < this.#pausedUntil;
  }

  /** True: a further call would not have to wait for others to end. */
  get hasRoom(): boolean {
    return this.#queue.size === 0 && this.active < this.#limit.value;
  }

  /** True: the call may go. False: it waits, until `go` or `cancel`. */
  enter(entrant: Entrant): boolean {
    const isFirst = this.#queue.size === 0;
    const wait = isFirst ? this.#wait(entrant) : Infinity;
    if (wait === 0) {
      this.#admit(entrant);
      return true;
    }
    this.#queue.push(entrant);
    if (isFirst) this.#drainIn(wait);
    return false;
  }

  /** A call does not want to go any more. */
  cancel(entrant: Entrant): void {
    if (this.#queue.delete(entrant)) this.#drain();
  }

  /** A call is over. `worked`: it was answered. */
  leave(worked: boolean): void {
    this.active -= 1;
    if (worked) this.#limit.worked();
    if (this.#queue.size > 0) this.#drain();
  }

  /** The upstream said 429 to a call, and that it wants to be left alone for so long, in ms. */
  tooMany({ round }: Entrant, pauseMs: number): void {
    this.#limit.tooMany(round, this.active);
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#now() + pauseMs);
  }

  /** What a call came to, in tokens. */
  settle({ slot }: Entrant, tokens: number): void {
    if (slot === null) return;
    this.#window?.correct(slot, tokens);
    if (this.#queue.size > 0) this.#drain();
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** How long a call has to wait, in ms; Infinity: until another one ends. */
  #wait({ tokens }: Entrant): number {
    if (this.active >= this.#limit.value) return Infinity;
    if (this.#pausedUntil === 0 && this.#window === null) return 0;
    const now = this.#now();
    if (now >= this.#pausedUntil) this.#pausedUntil = 0;
    const pause = Math.max(0, this.#pausedUntil - now);
    return Math.max(pause, this.#window?.wait(now, tokens) ?? 0);
  }

  #admit(entrant: Entrant): void {
    this.active += 1;
    entrant.round = this.#limit.round;
    entrant.slot = this.#window?.take(this.#now(), entrant.tokens) ?? null;
  }

  /** Infinity: not before another call ends. */
  #drainIn(ms: number): void {
    this.stop();
    if (ms < Infinity) this.#timer = setTimeout(() => this.#drain(), Math.ceil(ms));
  }

  #drain(): void {
    this.stop();
    for (;;) {
      const first = this.#queue.first();
      if (first === null) return;
      const wait = this.#wait(first);
      if (wait > 0) return this.#drainIn(wait);
      this.#queue.shift();
      this.#admit(first);
      first.go();
    }
  }
}
