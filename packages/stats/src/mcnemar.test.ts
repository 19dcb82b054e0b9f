import { expect, test } from "vitest";
import { mcnemar } from "./mcnemar.ts";

test.for([
  [5, 1, 0.21875],
  [10, 2, 0.03857421875],
  [15, 5, 0.04138946533203125],
  [0, 6, 0.03125],
  [0, 0, 1],
  [1, 0, 1],
  [3, 3, 1],
  [40, 60, 0.05688793364098079],
  [900, 1100, 8.457089535503927e-6],
  [4000, 4400, 1.3353978213570428e-5],
  [0, 1000, 1.8665272370064378e-301],
] as const)("McNemar of %d and %d is %d", ([b, c, expected]) => {
  expect(Math.abs(mcnemar(b, c) / expected - 1)).toBeLessThan(1e-10);
  expect(mcnemar(c, b)).toBe(mcnemar(b, c));
});

test("is the sum of binomial probabilities that are no larger than the observed one", () => {
  for (let n = 1; n <= 40; n++) {
    for (let b = 0; b <= n; b++) {
      let sum = 0;
      for (let i = 0; i <= n; i++) {
        if (Math.abs(i - n / 2) >= Math.abs(b - n / 2)) sum += choose(n, i) / 2 ** n;
      }
      expect(mcnemar(b, n - b)).toBeCloseTo(sum, 12);
    }
  }
});

test("what is no count is refused; a million of each is no trouble", () => {
  expect(() => mcnemar(-1, 3)).toThrow(RangeError);
  expect(() => mcnemar(0.5, 3)).toThrow(RangeError);
  expect(mcnemar(1_000_000, 1_000_000)).toBe(1);
  expect(mcnemar(1_000_000, 10)).toBe(0);
});

function choose(n: number, k: number): number {
  let result = 1;
  for (let i = 0; i < k; i++) result = (result * (n - i)) / (i + 1);
  return result;
}
