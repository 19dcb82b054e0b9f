/** Milliseconds to the microsecond: more digits say more than the clock is good for. */
export function roundedMs(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
