import { checkCounts } from "./check-counts.ts";

/**
 * McNemar's exact test, two-sided: of the pairs that differ, b went one way and c the other, and either way was
 * equally likely. p = min(1, 2 * sum of C(b+c, i) / 2^(b+c) for i up to min(b, c)).
 */
export function mcnemar(b: number, c: number): number {
  const n = b + c;
  checkCounts(n, b);
  const fewer = Math.min(b, c);
  if (b === c) return 1;
  // The largest term, C(n, fewer) / 2^n, halved on the way so that it neither overflows nor vanishes early.
  let term = 1;
  let halvings = n;
  for (let i = 1; i <= fewer; i++) {
    term *= (n - fewer + i) / i;
    while (term > 1 && halvings > 0) {
      term /= 2;
      halvings -= 1;
    }
  }
  term *= 2 ** -halvings;
  let sum = 0;
  for (let i = fewer; i >= 0 && term > sum * 1e-18; i--) {
    sum += term;
    term *= i / (n - i + 1);
  }
  return Math.min(1, 2 * sum);
}
