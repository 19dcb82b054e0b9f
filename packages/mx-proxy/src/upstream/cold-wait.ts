import type { ColdStart } from "./cold-start.ts";

/** One call's patience with an upstream that wakes up. */
export class ColdWait {
  readonly #cold: ColdStart;
  readonly #limitMs: number;
  #since: number | null = null;
  #leave: (() => void) | null = null;
  #timer: NodeJS.Timeout | null = null;

  /** `limitMs` 0: none. */
  constructor(cold: ColdStart, limitMs: number) {
    this.#cold = cold;
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

  /** Calls `go` when it is worth another try, at the latest when the time is over. False: it is over. */
  wait(go: () => void, askedMs: number | null): boolean {
    const left = this.leftMs;
    if (left <= 0) return false;
    this.#since ??= performance.now();
    this.#leave = this.#cold.wait(go, askedMs);
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

  /** The upstream has answered. */
  awake(): void {
    this.#since = null;
    this.#cold.awake();
  }
}
