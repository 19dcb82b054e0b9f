import type { ColdStart } from "./cold-start.ts";

/** The waits of one call: its pauses between tries, and its patience with upstreams that wake up. */
export class CallWait {
  readonly #limitMs: number;
  #since: number | null = null;
  #leave: (() => void) | null = null;
  #timer: NodeJS.Timeout | null = null;

  /** `limitMs`: for upstreams to wake up; 0: no patience. */
  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  /** Time that is left, in ms. */
  get leftMs(): number {
    return this.#since === null ? this.#limitMs : this.#limitMs - (performance.now() - this.#since);
  }

  /** True: the call has waited, and all for nothing. */
  get exhausted(): boolean {
    return this.#since !== null && this.leftMs <= 0;
  }

  /** Calls `go` after a pause. */
  pause(ms: number, go: () => void): void {
    this.#timer = setTimeout(go, ms);
  }

  /** Calls `go` when it is worth another try, at the latest when the time is over. False: it is over. */
  wait(cold: ColdStart, go: () => void, askedMs: number | null): boolean {
    const left = this.leftMs;
    if (left <= 0) return false;
    this.#since ??= performance.now();
    this.#leave = cold.wait(go, askedMs);
    this.#timer = setTimeout(go, left);
    return true;
  }

  /** Ends a wait. */
  stop(): void {
    this.#leave?.();
    this.#leave = null;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** An upstream has answered. */
  awake(cold: ColdStart): void {
    this.#since = null;
    cold.awake();
  }
}
