import type { Strategy } from "../config/config.ts";
import { leastOutstanding, sticky, type Candidate } from "./balance.ts";

/** Where calls for one model can go. */
export class Route {
  /** In the order in which they are asked. */
  readonly tiers: readonly (readonly Candidate[])[];
  readonly strategy: Strategy;
  /** Models that answer once all tries have failed. */
  readonly fallbacks: readonly string[];
  readonly candidates: readonly Candidate[];
  /** True: tokens per minute are counted at one of its upstreams. */
  readonly countsTokens: boolean;

  constructor(
    tiers: readonly (readonly Candidate[])[],
    strategy: Strategy,
    fallbacks: readonly string[],
  ) {
    this.tiers = tiers;
    this.strategy = strategy;
    this.fallbacks = fallbacks;
    this.candidates = tiers.flat();
    this.countsTokens = this.candidates.some(
      ({ api }) => api.settings.limits.tokensPerMinute !== null,
    );
  }

  /**
   * The best of its first tier where one is available, of those that were not tried. Null: none is. Among those one
   * that has room for a call goes first.
   */
  available(tried: readonly Candidate[], session: () => string): Candidate | null {
    for (const tier of this.tiers) {
      const there = tier.filter((one) => one.api.available && !tried.includes(one));
      const room = there.filter(({ api }) => api.gate.hasRoom);
      if (there.length > 0) return this.#best(room.length > 0 ? room : there, session);
    }
    return null;
  }

  /** Where a call goes while none is available: an upstream that only wants to be left alone for a while goes first. */
  leastBad(session: () => string): Candidate {
    const paused = this.tiers.map((tier) => tier.filter(({ api }) => api.breaker.allows));
    const tier = [...paused, ...this.tiers].find((one) => one.length > 0) ?? [];
    return this.#best(tier, session);
  }

  #best(candidates: readonly Candidate[], session: () => string): Candidate {
    return this.strategy === "sticky"
      ? sticky(candidates, session())
      : leastOutstanding(candidates);
  }
}
