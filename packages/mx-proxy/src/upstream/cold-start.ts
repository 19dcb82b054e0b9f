import type { HeldReply } from "./held-reply.ts";
import type { Waking } from "./upstream.ts";

/** Pauses between two looks at an upstream that wakes up, in ms. */
const firstPauseMs = 250;
const lastPauseMs = 5000;
const growth = 1.5;
/** Who waits so much later than the last waits for another wake-up, in ms. */
const anotherMs = 60_000;
/** The longest pause that an upstream may ask for, in ms. */
const longestAskedMs = 30_000;

/** Calls that wait for an upstream to wake up: at each look one of them is sent, and its answer lets all go. */
export class ColdStart {
  readonly #waiting = new Set<() => void>();
  readonly #name: string;
  readonly #note: (text: string) => void;
  #since = 0;
  #last = 0;
  #pauseMs = firstPauseMs;
  #timer: NodeJS.Timeout | null = null;

  constructor(name: string, note: (text: string) => void) {
    this.#name = name;
    this.#note = note;
  }

  /** Who waits, and for how long; null: nobody. */
  waking(): Waking | null {
    if (this.#timer === null) return null;
    const seconds = Math.round((performance.now() - this.#since) / 1000);
    return { calls: this.#waiting.size, seconds };
  }

  /** Calls `go` once it is worth another try; what is returned takes it back. `askedMs`: no sooner than that. */
  wait(go: () => void, askedMs: number | null): () => void {
    const now = performance.now();
    if (this.#waiting.size === 0 && now - this.#last > anotherMs) this.stop();
    this.#last = now;
    this.#waiting.add(go);
    if (this.#timer === null) {
      if (this.#since === 0) {
        this.#since = now;
        this.#note(`${this.#name} is not there yet: calls wait until it wakes up`);
      }
      const pause = Math.max(this.#pauseMs, Math.min(askedMs ?? 0, longestAskedMs));
      this.#timer = setTimeout(() => this.#look(), pause);
    }
    return () => this.#waiting.delete(go);
  }

  /** The upstream has answered. */
  awake(): void {
    if (this.#since === 0) return;
    const seconds = ((performance.now() - this.#since) / 1000).toFixed(1);
    this.#note(`${this.#name} is awake, after ${seconds} s`);
    this.stop();
    const all = [...this.#waiting];
    this.#waiting.clear();
    for (const go of all) go();
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#since = 0;
    this.#pauseMs = firstPauseMs;
  }

  #look(): void {
    this.#timer = null;
    this.#pauseMs = Math.min(lastPauseMs, this.#pauseMs * growth);
    const [first] = this.#waiting;
    if (first !== undefined) {
      this.#waiting.delete(first);
      first();
    }
    // A call that was sent and gets no answer must not hold up the others.
    if (this.#waiting.size > 0) this.#timer ??= setTimeout(() => this.#look(), this.#pauseMs);
  }
}

/** Statuses that may be those of an upstream that wakes up. */
export function mayBeWaking(status: number): boolean {
  return status === 502 || status === 503 || status === 404;
}

/** True: nothing but the way to an upstream that is not there yet has answered. */
export function isWaking(held: HeldReply): boolean {
  if (held.head.status !== 404) return mayBeWaking(held.head.status);
  // A 404 of the API itself is an answer; this is Modal's, where no app runs behind the address.
  return held.body().toString("latin1", 0, 200).startsWith("modal-http:");
}
