import type { Clusters } from "./cluster-totals.ts";
import { clusteredInterval } from "./clustered-interval.ts";
import { checkLevel, clipInterval, type Interval } from "./interval.ts";
import { mean } from "./mean.ts";
import { meanInterval } from "./mean-interval.ts";
import { standardError } from "./standard-error.ts";
import { studentP } from "./student-p.ts";
import { unlikeInterval } from "./unlike-interval.ts";

/** What a t test over pairs says. */
export interface PairedT {
  /** Mean of the differences; null: there are none. */
  difference: number | null;
  /** Null: fewer than two independent units. */
  standardError: number | null;
  /** Independent units: clusters, or pairs. */
  units: number;
  interval: Interval;
  /** Two-sided. Null: undefined, as it is where all differences are equal and not 0. */
  p: number | null;
  /** The test's name. */
  method: string;
}

/**
 * The paired t test on differences of task means (b minus a), clustered where clusters are given. `range` is what
 * a difference can be, [-1, 1] for rewards in [0, 1]: the interval is clipped to it, and differences that are all
 * equal have an interval (unlike-interval.ts) only where it is known. Null: not known; a range that does not hold
 * all of the differences is not known either.
 */
export function pairedT(
  differences: readonly number[],
  clusters?: Clusters,
  level = 0.95,
  range: readonly [min: number, max: number] | null = [-1, 1],
): PairedT {
  checkLevel(level);
  const difference = mean(differences);
  const { error, units } = standardError(differences, clusters);
  const method = clusters === undefined ? "paired t" : "paired t over clusters";
  return {
    difference,
    standardError: error,
    units,
    interval: interval(),
    p: probability(),
    method,
  };

  function interval(): Interval {
    const bounds = knownRange();
    if (error === 0 && difference !== null) {
      // NaN as a bound holds no value, and leaves the ends undefined.
      return unlikeInterval(difference, units, level, bounds ?? [NaN, NaN]);
    }
    const found =
      clusters === undefined
        ? meanInterval(differences, level)
        : clusteredInterval(differences, clusters, level);
    return bounds === null ? found : clipInterval(found, ...bounds);
  }

  function knownRange(): readonly [number, number] | null {
    if (range === null) return null;
    const [min, max] = range;
    return differences.every((value) => value >= min && value <= max) ? range : null;
  }

  function probability(): number | null {
    if (error === null || difference === null) return null;
    if (error === 0) return difference === 0 ? 1 : null;
    return studentP(difference / error, units - 1);
  }
}
