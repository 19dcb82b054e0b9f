import { normalQuantile } from "./normal-quantile.ts";

/** How rewards vary, as standard deviations. */
export interface Spread {
  /** Of the true per-task differences between the arms. */
  omega: number;
  /** Between trials of one task, arm a. */
  sigmaA: number;
  /** Between trials of one task, arm b. */
  sigmaB: number;
}

/** What a comparison should be able to do. */
export interface Demand {
  /** Probability to see an effect that is there. */
  power: number;
  /** Two-sided probability to see one that is not. */
  alpha: number;
}

/** Standard errors that an effect has to measure to be seen: z for alpha/2 plus z for the power. */
function standardErrors({ power, alpha }: Demand): number {
  return normalQuantile(1 - alpha / 2) + normalQuantile(power);
}

/** The variance of a difference over one task: omega^2 + sigma_a^2/K + sigma_b^2/K. */
function variance({ omega, sigmaA, sigmaB }: Spread, trials: number): number {
  return omega ** 2 + (sigmaA ** 2 + sigmaB ** 2) / trials;
}

/**
 * Tasks that show an effect with so many trials per task and arm: N = (z_(alpha/2) + z_power)^2 *
 * (omega^2 + sigma_a^2/K + sigma_b^2/K) / effect^2, rounded up, and at least the two that a comparison takes.
 */
export function tasksNeeded(
  effect: number,
  trials: number,
  spread: Spread,
  demand: Demand,
): number {
  const exact = (standardErrors(demand) / effect) ** 2 * variance(spread, trials);
  // A whole number stays one in spite of rounding.
  return Math.max(2, Math.ceil(exact * (1 - 1e-12)));
}

/** The smallest true difference that so many tasks and trials show. */
export function visibleEffect(
  tasks: number,
  trials: number,
  spread: Spread,
  demand: Demand,
): number {
  return standardErrors(demand) * Math.sqrt(variance(spread, trials) / tasks);
}

/**
 * Trials per task and arm that show an effect with so many tasks. Null: no number does, because the true
 * differences between tasks alone hide it.
 */
export function trialsNeeded(
  effect: number,
  tasks: number,
  spread: Spread,
  demand: Demand,
): number | null {
  const allowed = tasks * (effect / standardErrors(demand)) ** 2;
  const within = spread.sigmaA ** 2 + spread.sigmaB ** 2;
  const left = allowed - spread.omega ** 2;
  if (within === 0) return left >= -allowed * 1e-12 ? 1 : null;
  if (!(left > 0)) return null;
  return Math.max(1, Math.ceil((within / left) * (1 - 1e-12)));
}

/**
 * The smallest true difference that n pairs show whose differences have the standard deviation `sd`. Null where
 * n < 2, and where the pairs have no spread, from which nothing can be foretold.
 */
export function smallestVisible(sd: number, n: number, power = 0.8, alpha = 0.05): number | null {
  if (n < 2 || !(sd > 0)) return null;
  return (standardErrors({ power, alpha }) * sd) / Math.sqrt(n);
}
