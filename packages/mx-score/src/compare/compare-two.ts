import type { Comparison } from "@mx/records";
import { mean } from "@mx/stats";
import { countArm, type Arm, type ArmCounts } from "./arm.ts";
import type { Compared } from "./comparison-findings.ts";
import { findDifferences } from "./find-differences.ts";
import { judgeGate, type AskedGate } from "./gate.ts";
import { pairTasks, type Pairing } from "./pair-tasks.ts";
import { runTest, type TestOptions } from "./run-test.ts";

/** How two arms are compared. */
export interface CompareOptions extends TestOptions {
  /** Null: rewards are compared as they are; else a reward counts as 1 from here on, and as 0 below. */
  passThreshold: number | null;
  minCoverage: number;
  force: boolean;
  gate: AskedGate;
  /** How many comparisons are made in all. */
  comparisons: number;
}

/** Compares b with a. `p_adjusted` is set by the caller, who has all p-values. */
export function compareTwo(a: Arm, b: Arm, options: CompareOptions): Compared {
  const { passThreshold, minCoverage, force, comparisons } = options;
  const valueOf = (reward: number) =>
    passThreshold === null ? reward : reward >= passThreshold ? 1 : 0;
  const pairing = pairTasks(a, b, valueOf);
  const { pairs } = pairing;
  const counts = { a: countArm(a), b: countArm(b) };
  const result = runTest(pairs, options);
  const comparability = findDifferences(a, b, pairs);
  const tooLittle = shortages(a, b, counts, pairing, minCoverage);
  const flips = pairs.filter((pair) => pair.a !== pair.b);
  const comparison: Comparison = {
    type: "comparison",
    version: 1,
    a: armRecord(a, counts.a, mean(pairs.map((pair) => pair.a))),
    b: armRecord(b, counts.b, mean(pairs.map((pair) => pair.b))),
    pairs: pairs.length,
    clusters: result.clusters,
    difference: result.difference,
    interval: result.interval,
    p_value: result.p,
    p_adjusted: null,
    comparisons,
    method: result.method,
    wins: pairs.filter((pair) => pair.b > pair.a).length,
    losses: pairs.filter((pair) => pair.b < pair.a).length,
    ties: pairs.length - flips.length,
    flips: flips.map((pair) => ({ task_id: pair.taskId, a: pair.a, b: pair.b })).sort(byLoss),
    left_out: pairing.leftOut,
    smallest_visible: result.smallestVisible,
    pass_threshold: passThreshold,
    differences: comparability.differences,
    forced: force && comparability.differences.length > 0,
    gate: judgeGate(options.gate, result.interval, tooLittle.length === 0),
  };
  return { comparison, counts, pairing, comparability, minCoverage, tooLittle };
}

interface Flip {
  task_id: string;
  a: number;
  b: number;
}

/** What b lost before what it won, the largest of each first; by task where they are equal. */
function byLoss(one: Flip, other: Flip): number {
  const d = one.b - one.a;
  const e = other.b - other.a;
  if (d < 0 !== e < 0) return d < 0 ? -1 : 1;
  return Math.abs(e) - Math.abs(d) || (one.task_id < other.task_id ? -1 : 1);
}

function armRecord({ name }: Arm, counts: ArmCounts, armMean: number | null): Comparison["a"] {
  const { tasks, attempted, scored } = counts;
  return { name, tasks, trials: attempted, scored, mean: armMean };
}

/** What there is too little of for a verdict: trials of either arm, or tasks that are in both. */
function shortages(
  a: Arm,
  b: Arm,
  counts: { a: ArmCounts; b: ArmCounts },
  { pairs, tasks }: Pairing,
  minCoverage: number,
): string[] {
  const short: string[] = [];
  const check = (part: number, whole: number, text: string) => {
    if (whole === 0 || part / whole < minCoverage) short.push(text);
  };
  for (const [{ name }, { scored, planned }] of [
    [a, counts.a],
    [b, counts.b],
  ] as const) {
    check(scored, planned, `${scored} of ${planned} trials of ${name} are scored`);
  }
  check(pairs.length, tasks, `${pairs.length} of ${tasks} tasks are scored in both`);
  return short;
}
