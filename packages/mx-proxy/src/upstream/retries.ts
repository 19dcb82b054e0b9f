import { createHash } from "node:crypto";

/** How often and how long a call is tried again. */
export interface RetryPolicy {
  /** Tries after the first. */
  retries: number;
  /** All pauses of a call together, in ms. */
  budgetMs: number;
}

/** The first pause of backoff is at most this long, in ms; each further one twice as long, up to the last. */
const firstPauseMs = 500;
const lastPauseMs = 30_000;
/** An error that comes this often in a row in the same words is what the request does to the upstream. */
const sameErrorLimit = 3;

/** The tries of one call that are left. */
export class Retries {
  readonly #policy: RetryPolicy;
  #taken = 0;
  #spentMs = 0;
  #error = "";
  #sameErrors = 0;
  #reading = false;

  constructor(policy: RetryPolicy) {
    this.#policy = policy;
  }

  /**
   * How long to wait before the next try, in ms; null: there is none, or the upstream asks for more patience
   * than there is. Backoff has full jitter: calls that failed together do not come back together.
   */
  pause(askedMs: number | null): number | null {
    if (!this.#reading && this.#taken >= this.#policy.retries) return null;
    const backoff = 2 ** Math.min(this.#taken, 20);
    const pause =
      askedMs === null
        ? Math.random() * Math.min(lastPauseMs, firstPauseMs * backoff)
        : askedMs + Math.random() * Math.min(1000, Math.max(askedMs / 10, 10 * backoff));
    return this.#spentMs + pause > this.#policy.budgetMs ? null : pause;
  }

  /** True: there is a further try, if it need not wait. */
  get left(): boolean {
    return this.#taken < this.#policy.retries;
  }

  /** The pause is taken. */
  take(pauseMs: number): void {
    this.#taken += 1;
    this.#spentMs += pauseMs;
  }

  /** True: this error has come so often in a row that another try is no use. */
  hopeless(error: string): boolean {
    const name = createHash("sha256").update(error).digest("base64");
    this.#sameErrors = name === this.#error ? this.#sameErrors + 1 : 1;
    this.#error = name;
    return this.#sameErrors >= sameErrorLimit;
  }

  /** Another error than those that are counted has come in between. */
  otherError(): void {
    this.#error = "";
  }

  /**
   * From now on a result is only read, which can be tried as often as the budget has time for: the work is done
   * and paid for. The budget begins anew.
   */
  read(): void {
    this.#reading = true;
    this.#taken = 0;
    this.#spentMs = 0;
  }
}
