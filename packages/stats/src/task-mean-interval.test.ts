import fc from "fast-check";
import { expect, test } from "vitest";
import { bootstrapInterval } from "./bootstrap-interval.ts";
import { clusteredInterval } from "./clustered-interval.ts";
import { mean } from "./mean.ts";
import { meanInterval } from "./mean-interval.ts";
import { Random } from "./random.ts";
import { rerunInterval } from "./rerun-interval.ts";
import { taskMeanInterval } from "./task-mean-interval.ts";
import { wilson } from "./wilson.ts";

const letters = (text: string) => text.split("");
const repeat = (value: number, times: number) => Array<number>(times).fill(value);

test.for([
  ["none of 20", repeat(0, 20), {}, [0, 0.16112515805281938]],
  ["20 of 20", repeat(1, 20), {}, [0.8388748419471806, 1]],
  ["8 of 50", [...repeat(1, 8), ...repeat(0, 42)], {}, [0.08337420678033404, 0.2851421606303499]],
  ["one task that passed", [1], {}, [0.2065493143772374, 1]],
  ["one task, half of its trials", [0.5], {}, [0.1032746572, 0.8967253428]],
  ["one value outside [0, 1]", [7], {}, [null, null]],
  ["nothing", [], {}, [null, null]],
  ["one cluster", [0, 1, 1], { clusters: ["x", "x", "x"] }, [null, null]],
  ["equal values outside [0, 1]", [3, 3, 3], {}, [null, null]],
] as const)("%s", ([, values, options, [low, high]]) => {
  const interval = taskMeanInterval(values, options);
  const near = (found: number | null, expected: number | null) =>
    expected === null
      ? expect(found).toBeNull()
      : expect(Math.abs((found ?? NaN) - expected)).toBeLessThan(1e-9);
  near(interval.low, low);
  near(interval.high, high);
});

test("names its method", () => {
  const method = (...given: Parameters<typeof taskMeanInterval>) =>
    taskMeanInterval(...given).method;
  const values = [0, 0.5, 1, 0.25];
  expect(method([0, 1, 1])).toBe("Wilson");
  expect(method(values)).toBe("t over tasks, N-1 degrees of freedom, clipped to [0, 1]");
  const clusters = ["a", "a", "b", "c"];
  expect(method(values, { clusters })).toContain("t over clusters of tasks, C-1");
  // Clusters of one task each are no clusters.
  expect(method(values, { clusters: ["a", "b", "c", null] })).toContain("t over tasks");
  expect(method(values, { clusters, bootstrap: { seed: 2, rounds: 50 } })).toBe(
    "percentile bootstrap of clusters of tasks, 50 rounds, seed 2",
  );
  expect(method([1, 1, 1])).toBe("Wilson for units unlike these, which are all equal");
});

test("clusters of one give the plain t interval, and equal clusters that of their means", () => {
  const values = [0.1, 0.9, 0.4, 0.4, 0.7];
  const plain = meanInterval(values);
  const single = clusteredInterval(values, [null, "x", "y", null, "z"]);
  expect(single.low).toBeCloseTo(plain.low!, 12);
  expect(single.high).toBeCloseTo(plain.high!, 12);
  const twice = clusteredInterval(
    [...values, ...values],
    [...letters("abcde"), ...letters("abcde")],
  );
  expect(twice.low).toBeCloseTo(plain.low!, 12);
});

test("the clustered error by its formula, with clusters of unlike sizes", () => {
  const values = [1, 0.5, 0, 1, 0.25, 0.75, 1];
  const clusters = letters("aabbbcd");
  const centre = 4.5 / 7;
  const residuals = [1.5 - 2 * centre, 1.25 - 3 * centre, 0.75 - centre, 1 - centre];
  const squares = residuals.reduce((sum, residual) => sum + residual ** 2, 0);
  // t(0.975, 3) = 3.1824463052837095.
  const half = (3.1824463052837095 * Math.sqrt((4 / 3) * squares)) / 7;
  const interval = clusteredInterval(values, clusters);
  expect(interval.low).toBeCloseTo(centre - half, 9);
  expect(interval.high).toBeCloseTo(centre + half, 9);
});

test("rerun: sum of p(1-p)/(n-1) over N^2, null where a task ran once", () => {
  const tasks = [
    [1, 0, 0, 1],
    [1, 1, 1],
    [0, 1],
  ];
  const half = (1.959963984540054 * Math.sqrt(0.25 / 3 + 0 + 0.25)) / 3;
  const interval = rerunInterval(tasks);
  expect(interval.low).toBeCloseTo(2 / 3 - half, 9);
  expect(interval.high).toBeCloseTo(2 / 3 + half, 9);
  expect(interval.method).toContain("if these same tasks were run again");
  expect(rerunInterval([...tasks, [1]])).toMatchObject({ low: null, high: null });
  expect(rerunInterval([])).toMatchObject({ low: null, high: null });
  const allAlike = rerunInterval([
    [1, 1],
    [0, 0],
  ]);
  expect(allAlike.low! < 0.5 && allAlike.high! > 0.5).toBe(true);
});

test("contains the mean, stays within [0, 1], is the same in any order: every method", () => {
  const reward = fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }));
  const tasks = fc.array(
    fc.record({ value: reward, cluster: fc.constantFrom("a", "b", "c", null) }),
    {
      minLength: 1,
      maxLength: 30,
    },
  );
  const ordered = tasks.chain((list) =>
    fc.tuple(
      fc.constant(list),
      fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }),
    ),
  );
  fc.assert(
    fc.property(ordered, fc.constantFrom(0.01, 0.5, 0.95, 0.999), ([list, shuffled], level) => {
      const make = (from: typeof list) => {
        const values = from.map(({ value }) => value);
        const clusters = from.map(({ cluster }) => cluster);
        const bootstrap = { seed: 1, rounds: 20 };
        return [
          taskMeanInterval(values, { level }),
          taskMeanInterval(values, { level, clusters }),
          taskMeanInterval(values, { level, bootstrap }),
          taskMeanInterval(values, { level, bootstrap, clusters }),
        ];
      };
      const intervals = make(list);
      expect(make(shuffled)).toEqual(intervals);
      const centre = mean(list.map(({ value }) => value))!;
      for (const { low, high } of intervals) {
        expect(low === null).toBe(high === null);
        if (low === null || high === null) continue;
        expect(low >= 0 && low <= centre && centre <= high && high <= 1).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});

test("bootstrap: the seed decides, and the error is that of the t interval", () => {
  const random = new Random(9);
  const values = Array.from({ length: 150 }, () => random.next());
  const first = bootstrapInterval(values, undefined, { seed: 1, rounds: 4000 });
  expect(bootstrapInterval(values, undefined, { seed: 1, rounds: 4000 })).toEqual(first);
  expect(bootstrapInterval(values, undefined, { seed: 2, rounds: 4000 })).not.toEqual(first);
  const plain = meanInterval(values);
  expect(first.low).toBeCloseTo(plain.low!, 2);
  expect(first.high).toBeCloseTo(plain.high!, 2);
  expect(bootstrapInterval([0.5])).toMatchObject({ low: null, high: null });
  expect(() => bootstrapInterval([1, 0], undefined, { rounds: 0 })).toThrow(RangeError);
});

test("Wilson is what all values of 0 and 1 get, the equal ones too", () => {
  for (const [passed, n] of [
    [0, 1],
    [0, 7],
    [7, 7],
    [3, 7],
    [90, 100],
  ] as const) {
    const values = [...repeat(1, passed), ...repeat(0, n - passed)];
    const expected = wilson(passed, n);
    const found = taskMeanInterval(values);
    expect(found.low).toBeCloseTo(expected.low!, 12);
    expect(found.high).toBeCloseTo(expected.high!, 12);
  }
});
