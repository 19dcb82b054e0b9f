/**
 * How many calls an upstream may work on at once: halved when it says 429, and one more after as many good answers
 * as there are places (additive increase, multiplicative decrease).
 */
export class AdaptiveLimit {
  readonly #most: number;
  #now: number;
  /** Where a limit that nobody set began: twice as much, and it is none any more. */
  #begun = Infinity;
  #round = 0;

  /** `most` null: none is set. */
  constructor(most: number | null) {
    this.#most = most ?? Infinity;
    this.#now = this.#most;
  }

  /** Infinity: any number. */
  get value(): number {
    return Math.floor(this.#now);
  }

  /** A number that a call keeps, so that the many 429 of one burst count once. */
  get round(): number {
    return this.#round;
  }

  /** A call that began in that round was told that there are too many; `active` calls were under way. */
  tooMany(round: number, active: number): void {
    if (round !== this.#round) return;
    this.#round += 1;
    if (this.#now === Infinity) this.#begun = active;
    this.#now = Math.max(1, Math.floor(Math.min(this.#now, active) / 2));
  }

  worked(): void {
    if (this.#now >= this.#most) return;
    this.#now = Math.min(this.#most, this.#now + 1 / this.#now);
    if (this.#most === Infinity && this.#now > this.#begun * 2) this.#now = Infinity;
  }
}
