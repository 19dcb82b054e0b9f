import fc from "fast-check";
import { expect, test } from "vitest";
import { quickChecks } from "./quick-checks.ts";
import { recordTypes, type RecordName } from "./record-types.ts";
import { samples } from "./testing/samples.ts";

const names = Object.keys(quickChecks) as Exclude<RecordName, "task">[];

/** Values that are wrong in most places, and right in some. */
const odd = fc.constantFrom<unknown>(
  ...[null, true, -1, 0, 0.5, 2 ** 53, 1e300, "", "x", "2026-01-01", "0".repeat(64)],
  ...["2026-02-30T00:00:00Z", "2026-02-28T00:00:00Z", [], [1], {}, { a: 1 }, [[]], undefined],
);

/** A copy of a value with something in it replaced, or removed. */
function spoil(value: unknown, at: number, by: unknown): unknown {
  const places: { holder: Record<string, unknown>; name: string }[] = [];
  const copy = structuredClone(value);
  const walk = (holder: Record<string, unknown>): void => {
    for (const name of Object.keys(holder)) {
      places.push({ holder, name });
      const member = holder[name];
      if (typeof member === "object" && member !== null) walk(member as Record<string, unknown>);
    }
  };
  walk(copy as Record<string, unknown>);
  const place = places[at % places.length];
  if (place !== undefined && by === undefined) delete place.holder[place.name];
  else if (place !== undefined) place.holder[place.name] = by;
  return copy;
}

test.for(names)("%s: what is accepted quickly, the schema accepts", async (name) => {
  const accepts = await quickChecks[name]();
  const schema = recordTypes[name];
  const good = samples[name];
  let refused = 0;
  expect(schema.safeParse(good).error).toBeUndefined();
  expect(accepts(good)).toBe(true);
  fc.assert(
    fc.property(fc.nat(), odd, fc.option(fc.tuple(fc.nat(), odd)), (at, by, more) => {
      const once = spoil(good, at, by);
      const value = more === null ? once : spoil(once, ...more);
      const isGood = schema.safeParse(value).success;
      if (!isGood) refused += 1;
      if (accepts(value)) expect(isGood).toBe(true);
    }),
    { numRuns: 1500 },
  );
  expect(refused).toBeGreaterThan(100);
});

test("nearly all good records are accepted quickly: the schema is asked for formats without a pattern only", async () => {
  const slow: string[] = [];
  for (const name of names) if (!(await quickChecks[name]())(samples[name])) slow.push(name);
  expect(slow).toEqual([]);
});
