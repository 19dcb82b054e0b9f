import { incompleteBetaHalf } from "./incomplete-beta.ts";

/**
 * The probability that Student's t with `df` degrees of freedom lies as far from 0 as `t` or farther, on either
 * side: I_x(df/2, 1/2) at x = df/(df + t^2), precise in the tails.
 */
export function studentP(t: number, df: number): number {
  if (!(df > 0)) throw new RangeError(`not degrees of freedom: ${df}`);
  if (Number.isNaN(t)) throw new RangeError("t is not a number");
  // As ratios to the root of df, so that no square is too large for a number.
  const ratio = Math.abs(t) / Math.sqrt(df);
  if (ratio > 1) {
    const square = (1 / ratio) * (1 / ratio);
    return incompleteBetaHalf(square / (1 + square), 1 / (1 + square), df / 2);
  }
  const square = ratio * ratio;
  return incompleteBetaHalf(1 / (1 + square), square / (1 + square), df / 2);
}
