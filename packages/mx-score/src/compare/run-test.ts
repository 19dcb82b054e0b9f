import { ExitCode, MxError } from "@mx/cli";
import {
  mcnemar,
  mean,
  pairedProportionsInterval,
  pairedT,
  signFlip,
  skewness,
  smallestVisible,
  type Interval,
} from "@mx/stats";
import type { Pair } from "./pair-tasks.ts";
import type { TestName } from "./test-names.ts";

/** How to test. */
export interface TestOptions {
  test: TestName;
  seed: number;
  level: number;
}

/** What a test of pairs says. */
export interface TestResult {
  difference: number | null;
  interval: Interval;
  p: number | null;
  method: string;
  /** Independent clusters; null: each task is one. */
  clusters: number | null;
  smallestVisible: number | null;
}

/** Fewer independent units than this, or fewer that differ than half of it, and t is not to be relied on. */
const fewUnits = 20;
const mostSkewed = 2;
const permutations = 10_000;
const power = 0.8;

/**
 * Tests whether b is as good as a on the same tasks, two-sided. `auto` takes
 *
 * - McNemar's exact test, where every task has 0 or 1 in both arms and no clusters join tasks;
 * - the sign-flip permutation test, where there are fewer than 20 independent units (tasks or clusters), fewer
 *   than 10 of them differ, or the skewness of their differences is beyond 2;
 * - the paired t test, clustered where tasks have clusters, for everything else.
 *
 * The interval is Tango's with McNemar's test, else that of paired t: a permutation test has none. Throws MxError 2
 * where McNemar's test is asked for and the pairs are not 0 and 1.
 */
export function runTest(pairs: readonly Pair[], { test, seed, level }: TestOptions): TestResult {
  const differences = pairs.map(({ a, b }) => b - a);
  const named = pairs.map(({ cluster }) => cluster);
  const distinct = new Set(named.filter((cluster) => cluster !== null)).size;
  const units = distinct + named.filter((cluster) => cluster === null).length;
  const clusters = units < pairs.length ? named : undefined;
  const binary = pairs.every(({ a, b }) => isBit(a) && isBit(b));
  if (test === "mcnemar" && !binary) {
    throw new MxError("--test mcnemar: the mean of a task has to be 0 or 1 in both arms", {
      code: "usage",
      exitCode: ExitCode.usage,
      hint: "for several trials per task take t or permutation; for partial rewards --pass-threshold",
    });
  }
  // Rewards within [0, 1] cannot differ by more than 1; of others nothing is known.
  const within = pairs.every(({ a, b }) => a >= 0 && a <= 1 && b >= 0 && b <= 1);
  const t = pairedT(differences, clusters, level, within ? [-1, 1] : null);
  const common = {
    difference: mean(differences),
    clusters: clusters === undefined ? null : units,
    smallestVisible:
      t.standardError === null
        ? null
        : smallestVisible(t.standardError * Math.sqrt(units), units, power, 1 - level),
  };
  if (pairs.length === 0)
    return { ...common, interval: t.interval, p: null, method: "none, no pairs" };
  const chosen = test === "auto" ? choose() : test;
  if (chosen === "mcnemar") {
    const wins = pairs.filter(({ a, b }) => b > a).length;
    const losses = pairs.filter(({ a, b }) => b < a).length;
    const interval =
      clusters === undefined
        ? pairedProportionsInterval(wins, losses, pairs.length, level)
        : t.interval;
    const ignoring = clusters === undefined ? "" : ", clusters ignored";
    return {
      ...common,
      interval,
      p: mcnemar(losses, wins),
      method: `McNemar, exact${ignoring}`,
    };
  }
  const { interval } = t;
  if (chosen === "t") return { ...common, interval, p: t.p, method: t.method };
  const { p, method } = signFlip(differences, { seed, rounds: permutations, clusters });
  return { ...common, interval, p, method };

  function choose(): Exclude<TestName, "auto"> {
    if (binary && clusters === undefined) return "mcnemar";
    const sums = unitSums(differences, named);
    const differing = sums.filter((sum) => sum !== 0).length;
    if (units < fewUnits || differing < fewUnits / 2) return "permutation";
    return Math.abs(skewness(sums) ?? Infinity) > mostSkewed ? "permutation" : "t";
  }
}

function isBit(value: number): boolean {
  return value === 0 || value === 1;
}

/** What differences add up to per cluster. */
function unitSums(differences: readonly number[], clusters: readonly (string | null)[]): number[] {
  const single: number[] = [];
  const sums = new Map<string, number>();
  for (const [index, difference] of differences.entries()) {
    const cluster = clusters[index] ?? null;
    if (cluster === null) single.push(difference);
    else sums.set(cluster, (sums.get(cluster) ?? 0) + difference);
  }
  return [...single, ...sums.values()];
}
