import type { Interval } from "./interval.ts";
import { wilson } from "./wilson.ts";

/**
 * The interval of a mean of units that were all found equal, which have no spread to judge by: another unit may
 * be unlike these, and at most a share h of all are, with h Wilson's upper end for 0 of `units`. If those were
 * as far off as the range [min, max] allows, the mean would be off by h times that.
 *
 * For 0 and 1 in the range [0, 1] it is Wilson's interval of no success and of nothing but successes. Null ends
 * where there is no unit, or where the value is not in the range.
 */
export function unlikeInterval(
  value: number,
  units: number,
  level: number,
  [min, max]: readonly [min: number, max: number],
): Interval {
  const method = "Wilson for units unlike these, which are all equal";
  const share = wilson(0, units, level).high;
  const within = value >= min && value <= max;
  if (share === null || !within) return { low: null, high: null, level, method };
  return {
    low: Math.max(min, value - share * (value - min)),
    high: Math.min(max, value + share * (max - value)),
    level,
    method,
  };
}
