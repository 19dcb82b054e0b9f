import type { CallLimits } from "./forward-call.ts";
import { SilenceWatch } from "./silence-watch.ts";
import type { UpstreamFault } from "./upstream.ts";

/** Watches that a call's upstream does not take longer than it may: for its first byte, then between two pieces. */
export class CallWatch {
  readonly #watch: SilenceWatch;
  readonly #limits: CallLimits;
  #firstByteMs: number;
  #passing = false;

  /** `expired` hears what there is to say when it took too long. */
  constructor(limits: CallLimits, expired: (fault: UpstreamFault) => void) {
    this.#limits = limits;
    this.#firstByteMs = limits.firstByteMs;
    this.#watch = new SilenceWatch(limits.firstByteMs, () => expired(this.#fault()));
  }

  /** The call goes out. `firstByteMs` null: as for all. */
  begin(firstByteMs: number | null): void {
    const limit = firstByteMs ?? this.#limits.firstByteMs;
    if (limit !== this.#firstByteMs) this.#watch.limit(limit);
    this.#firstByteMs = limit;
    this.#watch.hold(false);
  }

  /** The reply has begun. */
  pass(): void {
    this.#passing = true;
    this.#watch.hold(false);
    this.#watch.limit(this.#limits.idleMs);
  }

  /** Something happened. */
  alive(): void {
    this.#watch.alive();
  }

  /** While held, time is not counted. */
  hold(held: boolean): void {
    this.#watch.hold(held);
  }

  stop(): void {
    this.#watch.stop();
  }

  #fault(): UpstreamFault {
    return this.#passing
      ? {
          code: "upstream_truncated",
          message: `the reply stopped for ${this.#limits.idleMs} ms`,
        }
      : {
          code: "upstream_timeout",
          message: `the upstream did not answer within ${this.#firstByteMs} ms`,
        };
  }
}
