import type { Usage } from "@mx/records";
import type { Price } from "./price.ts";

/** Input tokens that a call has written to a cache; a part of its input. */
export interface CacheWrites {
  /** Kept for the usual time. */
  short: number;
  /** Kept for an hour. */
  hour: number;
}

export const noWrites: CacheWrites = { short: 0, hour: 0 };

/** The picodollars that one call's tokens cost; null where a count or the price of one of its parts is not known. */
export function tokenCost(price: Price, usage: Usage, writes: CacheWrites): bigint | null {
  const { input_tokens: input, output_tokens: output } = usage;
  if (input === null || output === null) return null;
  const cached = cachedTokens(price, input, usage.cached_input_tokens);
  if (cached === null) return null;
  const parts: [number, number | undefined][] = [
    [input - cached - writes.short - writes.hour, price.input],
    [cached, price.cached_input],
    [writes.short, price.cache_write],
    [writes.hour, price.cache_write_1h],
    [output, price.output],
  ];
  let sum = 0n;
  for (const [tokens, perMillion] of parts) {
    if (tokens === 0) continue;
    if (tokens < 0 || perMillion === undefined) return null;
    sum += BigInt(tokens) * BigInt(Math.round(perMillion * 1e6));
  }
  return sum;
}

/** Tokens read from the cache. Where a call is too short to be cached unasked, a reply that names none had none. */
function cachedTokens(price: Price, input: number, reported: number | null): number | null {
  if (reported !== null) return reported;
  return price.caches_from_tokens === undefined || input < price.caches_from_tokens ? 0 : null;
}
