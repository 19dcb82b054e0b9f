/** When an upstream that fails is passed over. */
export interface BreakerSettings {
  /** Failures in a row that open it. */
  failures: number;
  /** How long it is passed over at first, in ms; twice as long after each call that finds it no better. */
  coolDownMs: number;
}

export const usualBreaker: BreakerSettings = { failures: 5, coolDownMs: 5000 };

/** No upstream is passed over for longer without another look, in ms. */
const longestMs = 120_000;

/** Remembers whether an upstream works. Open, it is passed over where another can answer; then one call tries it. */
export class Breaker {
  readonly #name: string;
  readonly #settings: BreakerSettings;
  readonly #note: (text: string) => void;
  readonly #now: () => number;
  #failures = 0;
  /** When the cool-down ends; null: closed. */
  #until: number | null = null;
  #coolDownMs: number;
  #probing = false;

  constructor(
    name: string,
    settings: BreakerSettings,
    note: (text: string) => void,
    now: () => number = () => performance.now(),
  ) {
    this.#name = name;
    this.#settings = settings;
    this.#coolDownMs = settings.coolDownMs;
    this.#note = note;
    this.#now = now;
  }

  get state(): "closed" | "open" | "half_open" {
    if (this.#until === null) return "closed";
    return this.#now() < this.#until ? "open" : "half_open";
  }

  /** True: it is worth a call, or one that sees whether it works again. */
  get allows(): boolean {
    return this.#until === null || (this.state === "half_open" && !this.#probing);
  }

  /** A call goes there. */
  enter(): void {
    if (this.state === "half_open") this.#probing = true;
  }

  /** A call was given up before anybody could know. */
  leave(): void {
    this.#probing = false;
  }

  /** It has answered. */
  worked(): void {
    this.#failures = 0;
    if (this.#until === null) return;
    this.#until = null;
    this.#probing = false;
    this.#coolDownMs = this.#settings.coolDownMs;
    this.#note(`${this.#name} answers again`);
  }

  /** It could not be reached, broke the connection, took too long, or said 5xx. */
  failed(): void {
    this.#failures += 1;
    const now = this.#now();
    if (this.#until === null) {
      if (this.#failures < this.#settings.failures) return;
      const seconds = this.#coolDownMs / 1000;
      this.#note(
        `${this.#name} failed ${this.#failures} times in a row: passed over for ${seconds} s where another can answer`,
      );
    } else if (now < this.#until) {
      // Calls that had begun before say nothing new.
      return;
    } else {
      this.#coolDownMs = Math.min(longestMs, this.#coolDownMs * 2);
    }
    this.#probing = false;
    this.#until = now + this.#coolDownMs;
  }
}
