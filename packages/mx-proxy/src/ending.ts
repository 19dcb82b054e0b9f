/** When a proxy has to end, and why. */
export class Ending {
  /** Settles when the proxy has to end. */
  readonly reached: Promise<void>;
  /** What went wrong; null: it ends as it should. */
  error: unknown = null;
  #reach: () => void = () => {};

  constructor(stop: AbortSignal) {
    this.reached = new Promise((resolve) => (this.#reach = resolve));
    if (stop.aborted) this.#reach();
    stop.addEventListener("abort", () => this.#reach(), { once: true });
  }

  fail(error: unknown): void {
    this.error ??= error;
    this.#reach();
  }

  /** Ends when something is over, whatever its end. */
  async after(something: Promise<unknown>): Promise<void> {
    await something.catch(() => {});
    this.#reach();
  }
}
