import { clusterTotals, type Clusters } from "./cluster-totals.ts";
import { ExactSum } from "./exact-sum.ts";
import { mean } from "./mean.ts";
import { standardDeviation } from "./standard-deviation.ts";

/** Uncertainty of a mean, and how many independent units it is over. */
export interface StandardError {
  /** Null: fewer than two units, which leave it undefined; 0 would read as certainty. */
  error: number | null;
  /** Independent units: clusters, or values where there are none. */
  units: number;
}

/**
 * The standard error of a mean of task means. Without clusters sd / sqrt(N); with them
 * SE^2 = C/(C-1) * sum over clusters of (sum of (s_i - mean))^2 / N^2 (Miller 2024, arXiv 2411.00640, with a
 * correction for few clusters).
 */
export function standardError(values: readonly number[], clusters?: Clusters): StandardError {
  const n = values.length;
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const centre = mean(values);
  if (clusters === undefined || centre === null) {
    const deviation = standardDeviation(values);
    return { error: deviation === null ? null : rounded(deviation / Math.sqrt(n)), units: n };
  }
  const totals = clusterTotals(values, clusters);
  const units = totals.length;
  if (units < 2) return { error: null, units };
  const squares = new ExactSum();
  for (const { sum, count } of totals) {
    const square = (sum - centre * count) ** 2;
    if (!Number.isFinite(square)) return { error: null, units };
    squares.add(square);
  }
  const error = Math.sqrt(((squares.value() ?? 0) * units) / (units - 1)) / n;
  return { error: Number.isFinite(error) ? rounded(error) : null, units };

  /** What is left of equal sums by rounding is no spread. */
  function rounded(value: number): number {
    return value < largest * 1e-13 ? 0 : value;
  }
}
