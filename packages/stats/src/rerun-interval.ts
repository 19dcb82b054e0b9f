import { checkLevel, type Interval } from "./interval.ts";
import { mean } from "./mean.ts";
import { normalQuantile } from "./normal-quantile.ts";
import { standardDeviation } from "./standard-deviation.ts";
import { unlikeInterval } from "./unlike-interval.ts";

/**
 * Where the mean may lie if these same tasks were run again: another question than what new tasks would give, and
 * a narrower interval. `tasks` holds the rewards of each task's scored trials; the variance of the mean is
 * sum of s_i^2 / n_i over N^2, which for passes and failures is sum of p(1-p) / (n_i - 1) over N^2. Null ends
 * where any task has fewer than two trials.
 */
export function rerunInterval(tasks: readonly (readonly number[])[], level = 0.95): Interval {
  checkLevel(level);
  const method = "normal, if these same tasks were run again";
  const undefinedInterval = { low: null, high: null, level, method };
  const spreads: number[] = [];
  for (const rewards of tasks) {
    const deviation = standardDeviation(rewards);
    if (deviation === null) return undefinedInterval;
    spreads.push(deviation ** 2 / rewards.length);
  }
  const centre = mean(tasks.map((rewards) => mean(rewards) ?? 0));
  const spread = mean(spreads);
  if (centre === null || spread === null) return undefinedInterval;
  if (spread === 0) {
    const trials = tasks.reduce((sum, rewards) => sum + rewards.length, 0);
    const unlike = unlikeInterval(centre, trials, level, [0, 1]);
    return { ...unlike, method: `${unlike.method}, if these same tasks were run again` };
  }
  const half = normalQuantile(0.5 + level / 2) * Math.sqrt(spread / tasks.length);
  const low = centre - half;
  const high = centre + half;
  return Number.isFinite(low) && Number.isFinite(high)
    ? { low, high, level, method }
    : undefinedInterval;
}
