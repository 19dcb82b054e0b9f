const mask64 = (1n << 64n) - 1n;

/** The next number of splitmix64, which turns any seed into bits that are spread well. */
function splitmix(state: bigint): bigint {
  let z = state;
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & mask64;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & mask64;
  return z ^ (z >> 31n);
}

function rotate(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}

/**
 * Random numbers that a seed decides, the same on every machine: xoshiro128** of Blackman and Vigna (2018), its
 * state filled by splitmix64. For resampling and simulation, not for secrets.
 */
export class Random {
  readonly #state: Int32Array;

  /** Throws a RangeError unless the seed is a safe whole number. */
  constructor(seed: number) {
    if (!Number.isSafeInteger(seed)) throw new RangeError(`not a seed: ${seed}`);
    let state = BigInt(seed) & mask64;
    const words = Array.from({ length: 2 }, () => {
      state = (state + 0x9e3779b97f4a7c15n) & mask64;
      return splitmix(state);
    });
    this.#state = Int32Array.from(
      words.flatMap((word) => [Number(word & 0xffffffffn) | 0, Number(word >> 32n) | 0]),
    );
  }

  /** A whole number from 0 to 2^32 - 1. */
  bits(): number {
    const state = this.#state;
    const s1 = state[1]!;
    const result = Math.imul(rotate(Math.imul(s1, 5), 7), 9) >>> 0;
    state[2]! ^= state[0]!;
    state[3]! ^= s1;
    state[1]! ^= state[2]!;
    state[0]! ^= state[3]!;
    state[2]! ^= s1 << 9;
    state[3] = rotate(state[3]!, 11);
    return result;
  }

  /** A number from 0 up to and without 1, of 53 bits. */
  next(): number {
    return ((this.bits() >>> 5) * 2 ** 26 + (this.bits() >>> 6)) / 2 ** 53;
  }

  /** A whole number from 0 to count - 1, for counts up to 2^31; even to one part in two million at worst. */
  below(count: number): number {
    return count <= 2048
      ? Math.floor((this.bits() / 2 ** 32) * count)
      : Math.floor(this.next() * count);
  }
}
