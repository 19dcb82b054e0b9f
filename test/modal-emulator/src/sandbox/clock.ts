/** However fast time passes, nothing is repeated more often. */
const shortestMs = 20;

/** Timers of the emulated cloud, where time may pass faster than outside. They do not keep the process. */
export class Clock {
  readonly #scale: number;

  constructor(scale: number) {
    this.#scale = scale;
  }

  after(secs: number, work: () => void): NodeJS.Timeout {
    return setTimeout(work, (secs * 1000) / this.#scale).unref();
  }

  every(secs: number, work: () => void): NodeJS.Timeout {
    return setInterval(work, Math.max(shortestMs, (secs * 1000) / this.#scale)).unref();
  }

  /** Seconds on this clock since a time of performance.now(). */
  secsSince(start: number): number {
    return ((performance.now() - start) / 1000) * this.#scale;
  }
}
