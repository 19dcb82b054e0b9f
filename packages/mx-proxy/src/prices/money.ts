/**
 * Money is counted in whole picodollars (10^-12 USD), so that sums are exact: a price of up to six decimals per
 * million tokens is a whole number of them per token. Records hold the same amount as a number in USD.
 */
export function picoUsd(usd: number): bigint {
  return BigInt(Math.round(usd * 1e12));
}

/** The number in USD that is nearest to an amount; it turns back into the same amount up to 4,000 USD. */
export function usdOf(pico: bigint): number {
  return Number(pico) / 1e12;
}
