import type { Clusters } from "./cluster-totals.ts";
import { checkLevel, type Interval } from "./interval.ts";
import { mean } from "./mean.ts";
import { standardError } from "./standard-error.ts";
import { studentQuantile } from "./student-quantile.ts";

/**
 * The interval of a mean of values that come in clusters: values of one cluster (tasks about the same passage,
 * say) are not independent. Student's t with C-1 degrees of freedom over the error of standard-error.ts. Null
 * ends where there are fewer than two clusters.
 */
export function clusteredInterval(
  values: readonly number[],
  clusters: Clusters,
  level = 0.95,
): Interval {
  checkLevel(level);
  const method = "t over clusters of tasks, C-1 degrees of freedom";
  const { error, units } = standardError(values, clusters);
  const centre = mean(values);
  if (error === null || centre === null) return { low: null, high: null, level, method };
  const half = error === 0 ? 0 : studentQuantile(0.5 + level / 2, units - 1) * error;
  const low = centre - half;
  const high = centre + half;
  const finite = Number.isFinite(low) && Number.isFinite(high);
  return finite ? { low, high, level, method } : { low: null, high: null, level, method };
}
