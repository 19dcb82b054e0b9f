import fc from "fast-check";
import { expect, test } from "vitest";
import { cutShards } from "./cut-shards.ts";

test.for<[number, number | null, number, number]>([
  [0, null, 4, 0],
  [1, null, 4, 1],
  [16, null, 4, 1],
  [17, null, 4, 2],
  [1000, null, 4, 63],
  [100_000, null, 4, 100],
  [10, 3, 4, 3],
  [2, 50, 4, 2],
  [100_000, 5000, 4, 5000],
])(
  "%i trials, %j shards asked for, %i at a time: %i shards",
  ([items, wanted, parallel, count]) => {
    const shards = cutShards(Array.from({ length: items }).fill(0), wanted, parallel);
    expect(shards).toHaveLength(count);
  },
);

test("nothing is lost, the order stays, and sizes differ by one at most", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 500 }),
      fc.integer({ min: 1, max: 60 }),
      (items, wanted) => {
        const all = Array.from({ length: items }, (_, n) => n);
        const shards = cutShards(all, wanted, 4);
        expect(shards.flat()).toEqual(all);
        const sizes = shards.map(({ length }) => length);
        if (items > 0) expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        expect(sizes).not.toContain(0);
      },
    ),
  );
});
