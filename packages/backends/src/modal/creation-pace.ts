import { setTimeout as sleep } from "node:timers/promises";

/** How fast sandboxes of a generation may be made: Modal advises V2 above 20 a second. */
export const paces = {
  v1: { mostPerSecond: 20, burst: 10 },
  v2: { mostPerSecond: 500, burst: 250 },
} as const;

/** Slower than this is not gone, however often Modal refuses. */
const leastPerSecond = 0.2;
/** Refusals that come so close together are one: they were under way already. */
const oneRefusalMs = 1000;

/**
 * Lets creations through at a pace that Modal takes: a token bucket whose rate is halved when Modal refuses for want
 * of room (RESOURCE_EXHAUSTED), and grows by a twentieth of the most with each second's worth of creations that went
 * well.
 */
export class CreationPace {
  readonly #most: number;
  readonly #burst: number;
  #rate: number;
  /** When the next creation would be due if none were ever saved up. */
  #due = Number.NEGATIVE_INFINITY;
  #refusedAt = Number.NEGATIVE_INFINITY;

  constructor({ mostPerSecond, burst }: { mostPerSecond: number; burst: number }) {
    this.#most = mostPerSecond;
    this.#rate = mostPerSecond;
    this.#burst = burst;
  }

  /** Creations per second at the moment. */
  get perSecond(): number {
    return this.#rate;
  }

  /** Resolves when the next creation may begin. */
  async take(signal?: AbortSignal): Promise<void> {
    const now = performance.now();
    const step = 1000 / this.#rate;
    // What was saved up while nobody asked is a burst, and a smaller one at a smaller rate.
    const burst = Math.max(1, this.#burst * (this.#rate / this.#most));
    this.#due = Math.max(this.#due, now - burst * step) + step;
    const wait = this.#due - now;
    if (wait <= 0) return;
    await sleep(wait, undefined, signal === undefined ? {} : { signal }).catch(() => {});
  }

  /** One was made. */
  succeeded(): void {
    this.#rate = Math.min(this.#most, this.#rate + this.#most / 20 / Math.max(1, this.#rate));
  }

  /** Modal wants fewer. */
  refused(): void {
    const now = performance.now();
    if (now - this.#refusedAt < oneRefusalMs) return;
    this.#refusedAt = now;
    this.#rate = Math.max(leastPerSecond, this.#rate / 2);
  }
}
