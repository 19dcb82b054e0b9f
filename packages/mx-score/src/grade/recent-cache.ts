/** Keeps what was made last, by name, up to a number of entries: specs of many tasks come by, mostly a few of them. */
export class RecentCache<T> {
  readonly #limit: number;
  readonly #entries = new Map<string, T>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** What is kept under this name, else what `make` makes. What it throws is thrown, and nothing is kept. */
  get(name: string, make: () => T): T {
    const kept = this.#entries.get(name);
    if (kept !== undefined) {
      // The one used last is the last to go.
      this.#entries.delete(name);
      this.#entries.set(name, kept);
      return kept;
    }
    const made = make();
    if (this.#entries.size >= this.#limit) {
      const [oldest] = this.#entries.keys();
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    this.#entries.set(name, made);
    return made;
  }
}
