import fc from "fast-check";
import { expect, test } from "vitest";
import { holm } from "./holm.ts";
import { pairedT } from "./paired-t.ts";
import { Random } from "./random.ts";
import { signFlip } from "./sign-flip.ts";

test("paired t: a worked example", () => {
  // Mean 0.1, sd sqrt(0.085) over 5: t = 0.1 / sqrt(0.017), 4 degrees of freedom.
  const found = pairedT([0.5, 0, -0.25, 0.25, 0]);
  const sd = Math.sqrt((0.4 ** 2 + 0.1 ** 2 + 0.35 ** 2 + 0.15 ** 2 + 0.1 ** 2) / 4);
  expect(found.difference).toBeCloseTo(0.1, 12);
  expect(found.standardError).toBeCloseTo(sd / Math.sqrt(5), 12);
  expect(found.interval.high).toBeCloseTo(0.1 + (2.7764451051977943 * sd) / Math.sqrt(5), 9);
  expect(found.units).toBe(5);
  const t = 0.1 / (sd / Math.sqrt(5));
  // Closed form for 4 degrees of freedom.
  const u = t / Math.sqrt(4 + t * t);
  expect(found.p).toBeCloseTo(1 - (3 / 2) * u * (1 - (u * u) / 3), 12);
});

test("clusters: pairs that say the same thing five times say it once", () => {
  const single = [0.5, 0, -0.25, 0.25, 0, 0.5];
  const fiveTimes = single.flatMap((value) => Array<number>(5).fill(value));
  const clusters = single.flatMap((_, index) => Array<string>(5).fill(`c${index}`));
  const alone = pairedT(single);
  const clustered = pairedT(fiveTimes, clusters);
  expect(clustered.units).toBe(6);
  expect(clustered.p).toBeCloseTo(alone.p!, 12);
  expect(clustered.interval.low).toBeCloseTo(alone.interval.low!, 12);
  expect(pairedT(fiveTimes).p).toBeLessThan(alone.p!);
  const flipped = signFlip(fiveTimes, { clusters });
  expect(flipped).toMatchObject({ exact: true, p: signFlip(single).p });
});

test.for([
  ["no pairs", [], null, null, null],
  ["one pair", [0.5], 0.5, null, null],
  ["all equal, none", [0, 0, 0], 0, 1, null],
  ["all equal, some", [0.25, 0.25, 0.25], 0.25, null, null],
] as const)("undefined is null: %s", ([, differences, difference, p]) => {
  expect(pairedT(differences)).toMatchObject({ difference, p });
});

test("pairs without any spread are no certainty", () => {
  const { interval } = pairedT(Array<number>(20).fill(0));
  expect(interval.high).toBeCloseTo(0.16112515805281938, 9);
  expect(interval.low).toBeCloseTo(-0.16112515805281938, 9);
  expect(pairedT([0.1, 0.2], ["same", "same"])).toMatchObject({
    p: null,
    units: 1,
    interval: { low: null, high: null },
  });
});

test("only rewards in [0, 1] bound what differences can be", () => {
  const differences = [0.9, -0.9, 0.8, -0.2];
  expect(pairedT(differences).interval.high).toBe(1);
  expect(pairedT(differences, undefined, 0.95, null).interval.high).toBeGreaterThan(1);
  expect(pairedT([7, 8, -3]).interval.method).not.toContain("clipped");
  expect(pairedT([0, 0], undefined, 0.95, null).interval).toMatchObject({ low: null, high: null });
  expect(pairedT([3, 3]).interval).toMatchObject({ low: null, high: null });
});

test.for([
  [[1, 1, 1, 1, 1], 2 / 32],
  [[1, 1, 1, 1, 1, 1, 0, 0], 2 / 64],
  [[1, -1], 1],
  [[0, 0, 0], 1],
  [[0.1, 0.2, 0.3], 2 / 8],
  // Observed 0.2 + 0.3 - 0.1 = 0.4: so are, on either side, 0.6 and 0.4 itself.
  [[-0.1, 0.2, 0.3], 4 / 8],
] as const)("sign-flip of %j is exactly %d", ([differences, p]) => {
  expect(signFlip(differences)).toMatchObject({ p, exact: true });
});

test("sign-flip over random rounds is near the exact p of the same pairs", () => {
  // 17 equal differences are one too many to try all; two more of nothing change nothing.
  const differences = [...Array<number>(17).fill(0), 0, 0].map((_, i) =>
    i < 13 ? 1 : i < 17 ? -1 : 0,
  );
  const found = signFlip(differences, { seed: 3, rounds: 20_000 });
  // 13 of 17, two-sided, from the binomial.
  expect(found.p).toBeCloseTo(0.04904, 2);
  expect(found).toMatchObject({
    exact: false,
    method: "sign-flip permutation, 20000 rounds, seed 3",
  });
  expect(signFlip(differences, { seed: 3, rounds: 20_000 }).p).toBe(found.p);
  expect(signFlip(differences, { seed: 4, rounds: 20_000 }).p).not.toBe(found.p);
});

test("neither order, nor names of clusters, nor which arm is first changes p", () => {
  const pairs = fc.array(
    fc.record({
      d: fc.double({ min: -1, max: 1, noNaN: true }),
      c: fc.constantFrom("a", "b", "c", "d", "e"),
    }),
    { minLength: 1, maxLength: 40 },
  );
  fc.assert(
    fc.property(
      pairs.chain((list) =>
        fc.tuple(
          fc.constant(list),
          fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }),
        ),
      ),
      ([list, shuffled]) => {
        const options = { seed: 5, rounds: 200 };
        const d = list.map((pair) => pair.d);
        const other = shuffled.map((pair) => pair.d);
        expect(signFlip(other, options)).toEqual(signFlip(d, options));
        expect(
          signFlip(
            d.map((x) => -x),
            options,
          ).p,
        ).toBe(signFlip(d, options).p);
        const clusters = list.map((pair) => pair.c);
        const renamed = shuffled.map((pair) => `z${pair.c}`);
        expect(pairedT(other, renamed)).toEqual(pairedT(d, clusters));
        expect(signFlip(other, { ...options, clusters: renamed })).toEqual(
          signFlip(d, { ...options, clusters }),
        );
        const { interval, difference, p } = pairedT(d);
        expect(p === null || (p >= 0 && p <= 1)).toBe(true);
        if (interval.low === null || interval.high === null || difference === null) return;
        expect(interval.low <= difference && difference <= interval.high).toBe(true);
        expect(interval.low >= -1 && interval.high <= 1).toBe(true);
      },
    ),
    { numRuns: 200 },
  );
});

test("Holm: a worked example, nulls left out, never falling with p", () => {
  // 4 tests: 0.005*4, 0.01*3, 0.03*2, 0.04*1 raised to what came before.
  expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
  expect(holm([0.03, null, 0.02])).toEqual([0.04, null, 0.04]);
  expect(holm([0.8, 0.9])).toEqual([1, 1]);
  expect(holm([])).toEqual([]);
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 9 }), (list) => {
      const adjusted = holm(list);
      for (const [i, p] of list.entries()) {
        expect(adjusted[i]! >= p && adjusted[i]! <= 1).toBe(true);
        for (const [j, q] of list.entries()) {
          if (p < q) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j]!);
        }
      }
    }),
  );
});

/** Paired task means whose arms differ by nothing but chance: how often each test says otherwise. */
test("at 5 %, 3 to 7 % of seeded null comparisons are rejected", () => {
  const random = new Random(2026);
  const rounds = 1500;
  const rejected = { t: 0, clustered: 0, permutation: 0 };
  let coarse = 0;
  for (let round = 0; round < rounds; round++) {
    const differences: number[] = [];
    const partial: number[] = [];
    const clusters: string[] = [];
    for (let cluster = 0; cluster < 30; cluster++) {
      // Tasks of a cluster go up or down together.
      const shift = random.next() - random.next();
      partial.push(random.next() * (random.next() - random.next()));
      for (let task = 0; task < 4; task++) {
        const p = random.next();
        const passes = (chance: number) =>
          [0, 1, 2, 3].filter(() => random.next() < chance).length / 4;
        differences.push(passes(p) - passes(p) + (task < 2 ? 0 : shift / 4));
        clusters.push(String(cluster));
      }
    }
    const independent = differences.filter((_, index) => index % 4 === 0);
    const options = { seed: round, rounds: 400 };
    if (pairedT(independent).p! <= 0.05) rejected.t += 1;
    if (pairedT(differences, clusters).p! <= 0.05) rejected.clustered += 1;
    if (signFlip(partial, options).p! <= 0.05) rejected.permutation += 1;
    if (signFlip(independent, options).p! <= 0.05) coarse += 1;
  }
  for (const count of Object.values(rejected)) {
    expect(count / rounds, JSON.stringify(rejected)).toBeGreaterThan(0.03);
    expect(count / rounds, JSON.stringify(rejected)).toBeLessThan(0.07);
  }
  // Of rewards that are multiples of 1/4 many permutations tie with what was observed, and ties count against it.
  expect(coarse / rounds).toBeGreaterThan(0.01);
  expect(coarse / rounds).toBeLessThan(0.06);
});
