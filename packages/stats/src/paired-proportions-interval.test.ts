import { expect, test } from "vitest";
import { pairedProportionsInterval } from "./paired-proportions-interval.ts";
import { wilson } from "./wilson.ts";

// Ends by maximizing the likelihood numerically for each difference, with 25 digits.
test.for([
  [5, 1, 20, -0.0491285936, 0.4369082634],
  [10, 2, 50, 0.02805799383, 0.3005048114],
  [3, 7, 100, -0.1127698311, 0.02579400455],
  [0, 4, 12, -0.6093779111, -0.01000799113],
  [12, 2, 44, 0.06916621678, 0.3860037699],
] as const)("%d wins and %d losses in %d", ([wins, losses, n, low, high]) => {
  const interval = pairedProportionsInterval(wins, losses, n);
  expect(Math.abs((interval.low ?? NaN) - low)).toBeLessThan(1e-9);
  expect(Math.abs((interval.high ?? NaN) - high)).toBeLessThan(1e-9);
});

test("without a difference it is Wilson's for none of n, on both sides", () => {
  const { low, high } = pairedProportionsInterval(0, 0, 20);
  expect(high).toBeCloseTo(wilson(0, 20).high!, 10);
  expect(low).toBeCloseTo(-wilson(0, 20).high!, 10);
});

test("in [-1, 1], holds the difference, turns around with the arms, null for nothing", () => {
  expect(pairedProportionsInterval(0, 0, 0)).toMatchObject({ low: null, high: null });
  for (const level of [0.5, 0.95, 0.999]) {
    for (let n = 1; n < 14; n++) {
      for (let wins = 0; wins <= n; wins++) {
        for (let losses = 0; wins + losses <= n; losses++) {
          const { low, high } = pairedProportionsInterval(wins, losses, n, level);
          const difference = (wins - losses) / n;
          expect(low! >= -1 && low! <= difference && difference <= high! && high! <= 1).toBe(true);
          const other = pairedProportionsInterval(losses, wins, n, level);
          expect(other.low).toBeCloseTo(-high!, 9);
          expect(other.high).toBeCloseTo(-low!, 9);
        }
      }
    }
  }
});
