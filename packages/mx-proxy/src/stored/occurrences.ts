/** So many different requests are kept count of; those that were last made longest ago go first. */
const mostKept = 200_000;

interface Count {
  /** Index of the next request that is not one made again. */
  next: number;
  /** Indexes that were given back. */
  free: number[];
}

/** The place of a request among equal ones. */
export interface Place {
  /** How many equal requests came before, from 0. */
  index: number;
  /** The request came to nothing: the next equal one takes its place. */
  giveBack(): void;
}

/** Counts equal requests, so that the second of them is not answered with what the first was told. */
export class Occurrences {
  readonly #counts = new Map<string, Count>();
  readonly #most: number;

  constructor(most = mostKept) {
    this.#most = most;
  }

  /** Takes the place of one more request of this name. */
  take(name: string): Place {
    const count = this.#counts.get(name) ?? { next: 0, free: [] };
    // A map keeps the order of insertion: the oldest is always first.
    this.#counts.delete(name);
    this.#counts.set(name, count);
    const [oldest] = this.#counts.keys();
    if (this.#counts.size > this.#most && oldest !== undefined) this.#counts.delete(oldest);
    const index = count.free.shift() ?? count.next++;
    let given = false;
    return {
      index,
      giveBack() {
        if (given) return;
        given = true;
        count.free.push(index);
        count.free.sort((a, b) => a - b);
      },
    };
  }
}
