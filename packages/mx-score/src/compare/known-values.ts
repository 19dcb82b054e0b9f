/** The values of one property over many trials, and how often it was not known. */
export class KnownValues {
  /** Sorted by no rule: ask for `list`. Made when there is a value. */
  #values: Set<string> | null = null;
  /** Trials that do not say. */
  unknown = 0;

  /** Null and undefined: the trial does not say. */
  add(value: string | null | undefined): void {
    if (value === null || value === undefined) this.unknown += 1;
    else if (this.#values?.has(value) !== true) (this.#values ??= new Set()).add(value);
  }

  /** What is known, sorted. */
  list(): string[] {
    return this.#values === null ? [] : [...this.#values].sort();
  }
}
