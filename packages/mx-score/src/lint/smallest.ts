/**
 * The smallest few of many different strings, and how often each of them came.
 *
 * The counts are exact: a string that is among the smallest at the end was among them ever since it first came.
 * So neither order nor memory matters.
 */
export class Smallest {
  readonly #limit: number;
  readonly #counts = new Map<string, number>();
  #largest: string | null = null;
  /** True once some string did not find room. */
  overflowed = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(value: string, times = 1): void {
    const known = this.#counts.get(value);
    if (known !== undefined) {
      this.#counts.set(value, known + times);
      return;
    }
    if (this.#counts.size >= this.#limit) {
      this.overflowed = true;
      if (this.#largest !== null && value > this.#largest) return;
      if (this.#largest !== null) this.#counts.delete(this.#largest);
    }
    this.#counts.set(value, times);
    this.#largest = this.values().at(-1) ?? null;
  }

  addAll(other: Smallest): void {
    for (const [value, count] of other.#counts) this.add(value, count);
    this.overflowed ||= other.overflowed;
  }

  /** In ascending order, by code units. */
  values(): string[] {
    return [...this.#counts.keys()].sort();
  }

  /** In ascending order of the strings. */
  counts(): [string, number][] {
    return [...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}
