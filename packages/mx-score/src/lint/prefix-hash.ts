/** The largest prime below 2^26: products of two remainders are exact in a double. */
const prime = 67_108_859;

/** The quotient is below 2^26, so that rounding it cannot lift it to the next whole number. */
function timesModulo(a: number, b: number): number {
  const product = a * b;
  return product - Math.floor(product / prime) * prime;
}

/**
 * Tells in constant time that two stretches of a text differ, by a polynomial hash over its prefixes. Where it
 * says that they may be equal, compare them: it is a sieve, not a proof. Memory: four bytes per character.
 */
export class PrefixHash {
  readonly #sums: Int32Array;
  // Drawn anew, so that no text can be made to collide; it decides time, never what is found.
  readonly #base = 70_000 + Math.floor(Math.random() * 60_000_000);
  #length = 0;
  #power = 1;

  constructor(text: string) {
    this.#sums = new Int32Array(text.length + 1);
    let sum = 0;
    for (let i = 0; i < text.length; i += 1) {
      sum = timesModulo(sum, this.#base) + text.charCodeAt(i);
      if (sum >= prime) sum -= prime;
      this.#sums[i + 1] = sum;
    }
  }

  /** False: the `length` characters from `at` are not those that follow them. Ask in ascending order of lengths. */
  mayBeSquare(at: number, length: number): boolean {
    if (length < this.#length) throw new RangeError("lengths must ascend");
    for (; this.#length < length; this.#length += 1) {
      this.#power = timesModulo(this.#power, this.#base);
    }
    const middle = this.#sums[at + length] as number;
    return (
      this.#part(this.#sums[at] as number, middle) ===
      this.#part(middle, this.#sums[at + 2 * length] as number)
    );
  }

  #part(before: number, after: number): number {
    const part = after - timesModulo(before, this.#power);
    return part < 0 ? part + prime : part;
  }
}
