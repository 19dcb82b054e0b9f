import { picoUsd, usdOf } from "./money.ts";

const nsPerHour = 3_600_000_000_000n;

/**
 * What the calls of an upstream cost that is paid by the hour, such as a GPU of one's own. The time in which at
 * least one call is under way is priced, and split at each moment among those that are: a call that has the machine to
 * itself pays for all of it. Time in which nobody calls is nobody's.
 *
 * Shares are picodollars. Each time the last call ends, all shares so far add up to the price of the busy time, to
 * the picodollar.
 */
export class HourlyMeter {
  readonly #picoPerHour: bigint;
  readonly #now: () => bigint;
  /** Calls under way. */
  #active = 0;
  /** When that last changed, in ns. */
  #changedAt = 0n;
  /** Time in which at least one call was under way, in ns. */
  #busyNs = 0n;
  /** Picodollars that were handed out. */
  #handedOut = 0n;
  /** What a call would have to pay so far that was there since this began: the integral of price over calls. */
  #perCall = 0;

  /** `now` is a clock in ns that never goes back. */
  constructor(usdPerHour: number, now: () => bigint = () => process.hrtime.bigint()) {
    this.#picoPerHour = picoUsd(usdPerHour);
    this.#now = now;
  }

  /** A call begins. What to call when it has ended gives its cost in USD, the same when it is called again. */
  begin(): () => number {
    this.#advance();
    const since = this.#perCall;
    this.#active += 1;
    let cost: number | null = null;
    return () => (cost ??= this.#end(since));
  }

  #end(since: number): number {
    this.#advance();
    const owed = (this.#busyNs * this.#picoPerHour) / nsPerHour - this.#handedOut;
    const share = BigInt(Math.round(this.#perCall - since));
    this.#active -= 1;
    // The last one takes what rounding has left, so that nothing is lost.
    const pico = this.#active === 0 || share > owed ? owed : share;
    this.#handedOut += pico;
    // Begins anew, so that its digits never run out.
    if (this.#active === 0) this.#perCall = 0;
    return usdOf(pico);
  }

  #advance(): void {
    const now = this.#now();
    if (this.#active > 0) {
      const ns = now - this.#changedAt;
      this.#busyNs += ns;
      this.#perCall += (Number(ns) * Number(this.#picoPerHour)) / Number(nsPerHour) / this.#active;
    }
    this.#changedAt = now;
  }
}
