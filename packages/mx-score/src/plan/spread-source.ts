import type { Spread } from "@mx/stats";

/** How rewards vary, and how that is known. */
export interface KnownSpread extends Spread {
  /** For a person. */
  source: string;
  /** Tasks in the results that it was estimated from; null: it was not. */
  tasks: number | null;
  /** True where tasks share clusters: they count for less than as many independent ones. */
  clustered: boolean;
}

/** A standard deviation of a variance, which an estimate may put below 0. */
export function deviationOf(variance: number): number {
  return Math.sqrt(Math.max(0, variance));
}
