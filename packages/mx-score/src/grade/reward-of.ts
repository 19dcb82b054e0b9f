import type { Score } from "@mx/records";

/**
 * The weighted mean of some scores; null where one of them is null, and where there are none. Where all are the
 * same it is just that, and it is never outside their range; their order does not matter.
 */
export function rewardOf(scores: Readonly<Record<string, Score>>): number | null {
  const parts = Object.entries(scores)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { value, weight = 1 }]) => ({ value, weight }));
  const values: number[] = [];
  for (const { value } of parts) {
    if (value === null) return null;
    values.push(value);
  }
  if (values.length === 0) return null;
  const least = Math.min(...values);
  const most = Math.max(...values);
  if (least === most) return least;
  // Weights relative to the largest, so that no sum is too large for a double.
  const heaviest = Math.max(...parts.map(({ weight }) => weight));
  let total = 0;
  let sum = 0;
  for (const [index, { weight }] of parts.entries()) {
    const share = weight / heaviest;
    total += share;
    sum += share * ((values[index] ?? 0) / 2 - least / 2);
  }
  return Math.min(most, Math.max(least, least + 2 * (sum / total)));
}
