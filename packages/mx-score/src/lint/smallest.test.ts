import fc from "fast-check";
import { expect, test } from "vitest";
import { Smallest } from "./smallest.ts";

test("the smallest strings, with exact counts, in any order", () => {
  const value = fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(fc.array(value), fc.integer({ min: 1, max: 5 }), (values, limit) => {
      const smallest = new Smallest(limit);
      for (const one of values) smallest.add(one);
      const all = [...new Set(values)].sort();
      expect(smallest.counts()).toEqual(
        all.slice(0, limit).map((one) => [one, values.filter((other) => other === one).length]),
      );
      expect(smallest.overflowed).toBe(all.length > limit);
    }),
  );
});
