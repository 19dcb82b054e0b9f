import { bootstrapInterval } from "./bootstrap-interval.ts";
import { clusterTotals, type Clusters } from "./cluster-totals.ts";
import { clusteredInterval } from "./clustered-interval.ts";
import { checkLevel, clipInterval, type Interval } from "./interval.ts";
import { mean } from "./mean.ts";
import { meanInterval } from "./mean-interval.ts";
import { standardError } from "./standard-error.ts";
import { unlikeInterval } from "./unlike-interval.ts";
import { wilson } from "./wilson.ts";

/** What decides how the interval is made. */
export interface TaskMeanOptions {
  /** Cluster of each value; without it, and where no two share one, tasks are independent. */
  clusters?: Clusters;
  /** Default 0.95. */
  level?: number;
  /** Resample in place of a formula. */
  bootstrap?: { seed: number; rounds: number };
}

/**
 * The interval of a mean over tasks, one value per task (the mean of its trials); `method` says which it is:
 *
 * 1. bootstrap, where it is asked for;
 * 2. values that are all equal have no spread: see unlike-interval.ts, which is Wilson's for all 0 or all 1;
 * 3. t over clusters, where any two values share one;
 * 4. Wilson's, where all are 0 or 1: it is right for few tasks and near 0 and 1, and the same as t elsewhere;
 * 5. t over tasks.
 *
 * Clipped to [0, 1] where all values are within. Null ends where it is undefined: no values, one value that is
 * not in [0, 1], one cluster.
 */
export function taskMeanInterval(
  values: readonly number[],
  { clusters, level = 0.95, bootstrap }: TaskMeanOptions = {},
): Interval {
  checkLevel(level);
  const within = values.every((value) => value >= 0 && value <= 1);
  const units = clusters === undefined ? values.length : clusterTotals(values, clusters).length;
  const shared = units < values.length ? clusters : undefined;
  const interval = choose();
  return within ? clipInterval(interval, 0, 1) : interval;

  function choose(): Interval {
    if (bootstrap !== undefined) return bootstrapInterval(values, shared, { ...bootstrap, level });
    if (shared !== undefined && units < 2) return clusteredInterval(values, shared, level);
    const centre = mean(values);
    const { error } = standardError(values, shared);
    if (centre !== null && (error === 0 || values.length === 1)) {
      return unlikeInterval(centre, units, level, [0, 1]);
    }
    if (shared !== undefined) return clusteredInterval(values, shared, level);
    const successes = values.filter((value) => value === 1).length;
    const failures = values.filter((value) => value === 0).length;
    if (values.length > 0 && successes + failures === values.length) {
      return wilson(successes, values.length, level);
    }
    return meanInterval(values, level);
  }
}
