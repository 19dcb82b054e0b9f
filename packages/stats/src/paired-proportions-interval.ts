import { checkCounts } from "./check-counts.ts";
import { checkLevel, type Interval } from "./interval.ts";
import { normalQuantile } from "./normal-quantile.ts";

/**
 * Tango's score interval (1998) of the difference of two proportions over the same n tasks, of which `wins` went
 * from 0 to 1 and `losses` from 1 to 0. It holds what it promises with few tasks and with no difference at all,
 * where a t interval is empty. Null ends where n is 0.
 */
export function pairedProportionsInterval(
  wins: number,
  losses: number,
  n: number,
  level = 0.95,
): Interval {
  checkLevel(level);
  checkCounts(n, wins + losses);
  checkCounts(wins + losses, wins);
  const method = "Tango's score interval of paired proportions";
  if (n === 0) return { low: null, high: null, level, method };
  const difference = (wins - losses) / n;
  const z = normalQuantile(0.5 + level / 2);
  return {
    low: solve(difference, -1, z),
    high: solve(difference, 1, -z),
    level,
    method,
  };

  /** Where the statistic, which falls as delta grows, passes `target`, between two differences. */
  function solve(from: number, to: number, target: number): number {
    let near = from;
    let far = to;
    for (let round = 0; round < 100 && near !== far; round++) {
      const middle = (near + far) / 2;
      if (middle === near || middle === far) break;
      if (Math.abs(statistic(middle)) < Math.abs(target)) near = middle;
      else far = middle;
    }
    return far;
  }

  /** How far the counts are from what a true difference of delta would give, in standard errors. */
  function statistic(delta: number): number {
    const distance = wins - losses - n * delta;
    const linear = (2 * n - wins + losses) * delta - wins - losses;
    const root = Math.sqrt(Math.max(0, linear ** 2 + 8 * n * losses * delta * (1 - delta)));
    // Probability of a loss where it fits best, given delta; written so that nothing cancels.
    const loss =
      linear <= 0
        ? (root - linear) / (4 * n)
        : (2 * losses * delta * (1 - delta)) / (root + linear);
    const variance = n * (2 * loss + delta * (1 - delta));
    if (variance <= 0) return distance === 0 ? 0 : Math.sign(distance) * Infinity;
    return distance / Math.sqrt(variance);
  }
}
