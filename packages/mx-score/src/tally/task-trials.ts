// What a slot says of a trial, where it is not the position of a reward.
const none = 0;
/** Attempted, without a result. */
const owed = 1;
/** Results that disagree, or that are answers to different questions. */
const conflicting = 2;
/** A result that nobody has scored. */
const unscored = 3;

/** What has been seen of an attempt at a trial, in 32 bits each. */
export interface AttemptMark {
  /** Of the trial's key: what was asked. */
  key: number;
  /** Of the attempt: who made it, when, and what came of it. */
  attempt: number;
}

/**
 * The trials of one task in one group, in twelve bytes each: a reward, what was asked, and which attempt was seen.
 *
 * Rewards repeat (0 and 1, mostly), so a trial holds the position of its reward in a list of the rewards seen.
 * Order does not matter: a second result of the same trial that agrees changes nothing, one that disagrees
 * marks the trial as conflicting for good.
 */
export class TaskTrials {
  /** The smallest `cluster` that the task's trials name; null: none. */
  cluster: string | null = null;
  /** Per trial: its slot, the mark of its key, and that of the first attempt at it (0: none). */
  #words = new Uint32Array(3 * 2);
  /** Further attempts, of which there are few; made when there are any. */
  #more: Set<string> | null = null;
  /** Trials that were asked in more than one way; made when there are any. */
  #mixed: Set<number> | null = null;
  #rewards: number[] = [];

  /**
   * Counts an attempt at trial `index`, unless it was there already: false then. `result`: its reward, null where it
   * was not scored, undefined where there is none. Two attempts at the same trial that differ and share a mark are
   * taken for one: once in four billion such pairs.
   */
  add(index: number, mark: AttemptMark, result: number | null | undefined): boolean {
    const at = this.#place(index);
    const words = this.#words;
    const attempt = mark.attempt === 0 ? 1 : mark.attempt;
    const first = words[at + 2];
    if (first === 0) {
      words[at + 1] = mark.key;
      words[at + 2] = attempt;
    } else {
      if (words[at + 1] !== mark.key) (this.#mixed ??= new Set()).add(index);
      if (first === attempt || !this.#isFurther(index, attempt)) return false;
    }
    const slot = result === undefined ? owed : result === null ? unscored : this.#slotOf(result);
    const known = words[at] ?? none;
    if (known <= owed) words[at] = Math.max(known, slot);
    else if (slot > owed && known !== slot) words[at] = conflicting;
    return true;
  }

  /** Trials that were attempted. */
  get attempted(): number {
    return this.#count((slot) => slot !== none);
  }

  /** Trials that have a result. */
  get finished(): number {
    return this.#count((slot) => slot > owed);
  }

  /** Indexes of the trials whose results disagree, or that were asked in more than one way; ascending. */
  conflicts(): number[] {
    return this.#where((slot, index) => slot === conflicting || this.#isMixed(index));
  }

  /** Indexes of the trials that were asked in more than one way: one index, several keys; ascending. */
  mixed(): number[] {
    return [...(this.#mixed ?? [])].sort((a, b) => a - b);
  }

  /** Indexes of the trials that were attempted, ascending. */
  labels(): number[] {
    return this.#where((slot) => slot !== none);
  }

  /** Rewards of the scored trials, ascending: the order of arrival leaves no trace. */
  rewards(): number[] {
    const counts = new Uint32Array(this.#rewards.length);
    for (let at = 0; at < this.#words.length; at += 3) {
      const slot = this.#words[at] ?? none;
      if (slot > unscored && !this.#isMixed(at / 3)) {
        const position = slot - unscored - 1;
        counts[position] = (counts[position] ?? 0) + 1;
      }
    }
    const ascending = this.#rewards.map((reward, position) => ({ reward, position }));
    ascending.sort((a, b) => a.reward - b.reward);
    return ascending.flatMap(({ reward, position }) =>
      Array<number>(counts[position] ?? 0).fill(reward),
    );
  }

  #isMixed(index: number): boolean {
    return this.#mixed?.has(index) === true;
  }

  /** True for a further attempt that was not there yet. */
  #isFurther(index: number, attempt: number): boolean {
    this.#more ??= new Set();
    const known = this.#more.size;
    return this.#more.add(`${index} ${attempt}`).size > known;
  }

  #slotOf(reward: number): number {
    const rewards = this.#rewards;
    let position = 0;
    while (position < rewards.length && rewards[position] !== reward) position += 1;
    if (position === rewards.length) rewards.push(reward);
    return position + unscored + 1;
  }

  #count(matches: (slot: number) => boolean): number {
    let count = 0;
    for (let at = 0; at < this.#words.length; at += 3) {
      if (matches(this.#words[at] ?? none)) count += 1;
    }
    return count;
  }

  #where(matches: (slot: number, index: number) => boolean): number[] {
    const found: number[] = [];
    for (let at = 0; at < this.#words.length; at += 3) {
      if (matches(this.#words[at] ?? none, at / 3)) found.push(at / 3);
    }
    return found;
  }

  /** Where a trial's words begin; makes room for them. */
  #place(index: number): number {
    const at = index * 3;
    if (at < this.#words.length) return at;
    const words = new Uint32Array(Math.max(at + 3, this.#words.length * 2));
    words.set(this.#words);
    this.#words = words;
    return at;
  }
}
