import { clusterTotals, type Clusters } from "./cluster-totals.ts";
import { checkLevel, type Interval } from "./interval.ts";
import { mean } from "./mean.ts";
import { Random } from "./random.ts";

/** How to resample. */
export interface BootstrapOptions {
  /** Default 0. The same seed and the same values, in whatever order, give the same interval. */
  seed?: number;
  /** Default 10,000. */
  rounds?: number;
  /** Default 0.95. */
  level?: number;
}

/**
 * The percentile bootstrap interval of a mean: clusters (tasks, where there are none) are drawn with replacement.
 * Stretched to hold the mean itself where the draws do not. Null ends where there are fewer than two clusters.
 */
export function bootstrapInterval(
  values: readonly number[],
  clusters?: Clusters,
  { seed = 0, rounds = 10_000, level = 0.95 }: BootstrapOptions = {},
): Interval {
  checkLevel(level);
  if (!Number.isSafeInteger(rounds) || rounds < 1) throw new RangeError(`not rounds: ${rounds}`);
  const of = clusters === undefined ? "tasks" : "clusters of tasks";
  const method = `percentile bootstrap of ${of}, ${rounds} rounds, seed ${seed}`;
  const totals = clusterTotals(values, clusters);
  const centre = mean(values);
  if (centre === null || totals.length < 2) return { low: null, high: null, level, method };
  const random = new Random(seed);
  const means = new Float64Array(rounds);
  for (let round = 0; round < rounds; round++) {
    let sum = 0;
    let count = 0;
    for (let draw = 0; draw < totals.length; draw++) {
      const total = totals[random.below(totals.length)]!;
      sum += total.sum;
      count += total.count;
    }
    means[round] = sum / count;
  }
  means.sort();
  const low = Math.min(centre, quantile(means, (1 - level) / 2));
  const high = Math.max(centre, quantile(means, (1 + level) / 2));
  const finite = Number.isFinite(low) && Number.isFinite(high);
  return finite ? { low, high, level, method } : { low: null, high: null, level, method };
}

/** Between the two nearest of the sorted values, by how near they are. */
function quantile(sorted: Float64Array, p: number): number {
  const place = p * (sorted.length - 1);
  const below = sorted[Math.floor(place)]!;
  return below + (sorted[Math.ceil(place)]! - below) * (place - Math.floor(place));
}
