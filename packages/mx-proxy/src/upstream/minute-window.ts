/** What a call takes of the limits per minute. */
export interface Slot {
  /** When it began, in ms. */
  readonly at: number;
  tokens: number;
  /** False: it is a minute ago. */
  counts: boolean;
}

const minuteMs = 60_000;

/** The calls and tokens of the last minute: in no stretch of a minute are there more than the limits allow. */
export class MinuteWindow {
  readonly #requests: number;
  readonly #limit: number;
  #slots: Slot[] = [];
  #first = 0;
  #tokens = 0;

  /** Null: no limit. */
  constructor(requests: number | null, tokens: number | null) {
    this.#requests = requests ?? Infinity;
    this.#limit = tokens ?? Infinity;
  }

  /** How long a call of so many tokens has to wait, in ms. One that is over the limit by itself waits for an empty minute. */
  wait(now: number, tokens: number): number {
    this.#forget(now);
    const count = this.#slots.length - this.#first;
    let last = count - this.#requests;
    let free = this.#limit - this.#tokens;
    for (let at = 0; at < count && (at <= last || free < tokens); at += 1) {
      free += this.#slots[this.#first + at]?.tokens ?? 0;
      last = Math.max(last, at);
    }
    const slot = last < 0 ? undefined : this.#slots[this.#first + last];
    return slot === undefined ? 0 : slot.at + minuteMs - now;
  }

  take(now: number, tokens: number): Slot {
    const slot = { at: now, tokens, counts: true };
    this.#slots.push(slot);
    this.#tokens += tokens;
    return slot;
  }

  /** A call took so many tokens, and not as many as was thought. */
  correct(slot: Slot, tokens: number): void {
    if (slot.counts) this.#tokens += tokens - slot.tokens;
    slot.tokens = tokens;
  }

  #forget(now: number): void {
    for (;;) {
      const oldest = this.#slots[this.#first];
      if (oldest === undefined || oldest.at > now - minuteMs) break;
      oldest.counts = false;
      this.#tokens -= oldest.tokens;
      this.#first += 1;
    }
    if (this.#first <= 1000) return;
    this.#slots = this.#slots.slice(this.#first);
    this.#first = 0;
  }
}
