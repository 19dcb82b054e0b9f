/** So many redirects in a row may be quicker than `quickMs`; then each waits a little longer than the last. */
const quickHops = 10;
const quickMs = 1000;
const stepMs = 2;

/** Redirects to a result are not counted; those that come too fast, as in a circle, are slowed down. */
export class HopPace {
  #quick = 0;
  #last = 0;

  /** A redirect has come: how long to wait before following it, in ms. */
  next(): number {
    const now = performance.now();
    this.#quick = now - this.#last < quickMs ? this.#quick + 1 : 0;
    this.#last = now;
    return Math.min(quickMs, stepMs * Math.max(0, this.#quick - quickHops));
  }
}
