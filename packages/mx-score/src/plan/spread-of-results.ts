import { ExitCode, MxError } from "@mx/cli";
import { mean, standardDeviation } from "@mx/stats";
import type { ArmTally } from "../compare/arm-tally.ts";
import { deviationOf, type KnownSpread } from "./spread-source.ts";

/** The scored trials of one task in one arm. */
interface TaskRewards {
  rewards: number[];
  mean: number;
  cluster: string | null;
}

/**
 * The spread of results. Sigma is that between the trials of a task, pooled over tasks with two or more. Omega comes
 * from two arms: the variance of their differences, less what trials add to it; from one arm it is the worst case,
 * an arm that has nothing to do with it, and twice the variance between tasks. Where no task has a second trial
 * sigma cannot be told from omega, and all is taken for omega: with one trial that is right, and further ones may
 * help more than is said. Throws MxError 65 where too little is scored.
 */
export function spreadOfResults(
  arms: readonly { name: string; tally: ArmTally }[],
  valueOf: (reward: number) => number,
): KnownSpread {
  const tables = arms.map(({ tally }) => rewardsByTask(tally, valueOf));
  const [a = new Map<string, TaskRewards>(), b] = tables;
  const names = arms.map(({ name }) => name).join(" and ");
  const shared = b === undefined ? [...a.keys()] : [...a.keys()].filter((id) => b.has(id));
  const sigmaA = withinTasks(a);
  const sigmaB = b === undefined ? sigmaA : withinTasks(b);
  const known = sigmaA !== null && sigmaB !== null;
  const differences = shared.map((id) => (b?.get(id)?.mean ?? 0) - (a.get(id)?.mean ?? 0));
  const spread = standardDeviation(differences);
  if (spread === null) {
    throw new MxError(
      `${names}: fewer than two tasks are scored${b === undefined ? "" : " in both"}`,
      {
        code: "too_few_tasks",
        exitCode: ExitCode.badData,
        hint: "say how results vary by --omega and --sigma, or by --mean",
      },
    );
  }
  // What the trials that were made add to the variance of the differences.
  const added = shared.map(
    (id) =>
      (sigmaA ?? 0) ** 2 / (a.get(id)?.rewards.length ?? 1) +
      (b === undefined ? 0 : (sigmaB ?? 0) ** 2 / (b.get(id)?.rewards.length ?? 1)),
  );
  const between = Math.max(0, spread ** 2 - (known ? (mean(added) ?? 0) : 0));
  const clusters = shared.flatMap((id) => a.get(id)?.cluster ?? b?.get(id)?.cluster ?? []);
  return {
    omega: deviationOf(b === undefined ? 2 * between : between),
    sigmaA: known ? (sigmaA ?? 0) : 0,
    sigmaB: known ? (sigmaB ?? 0) : 0,
    source: sourceOf(names, b !== undefined, known),
    tasks: shared.length,
    clustered: new Set(clusters).size < clusters.length,
  };
}

function sourceOf(names: string, two: boolean, known: boolean): string {
  const from = `estimated from ${names}`;
  if (two) return known ? from : `${from}; without a second trial of a task all is taken for omega`;
  const worst = "omega the worst case, arms that are unrelated";
  return known ? `sigma ${from}, ${worst}` : `${from}: ${worst}, and sigma not told from it`;
}

function rewardsByTask(
  { tasks }: ArmTally,
  valueOf: (reward: number) => number,
): Map<string, TaskRewards> {
  const found = new Map<string, TaskRewards>();
  for (const id of [...tasks.keys()].sort()) {
    const trials = tasks.get(id)?.trials;
    const rewards = (trials?.rewards() ?? []).map(valueOf);
    const taskMean = mean(rewards);
    if (taskMean === null) continue;
    found.set(id, { rewards, mean: taskMean, cluster: trials?.cluster ?? null });
  }
  return found;
}

/** The standard deviation between trials of a task; null where no task has two. */
function withinTasks(tasks: ReadonlyMap<string, TaskRewards>): number | null {
  const variances: number[] = [];
  for (const { rewards } of tasks.values()) {
    const deviation = standardDeviation(rewards);
    if (deviation !== null) variances.push(deviation ** 2);
  }
  const variance = mean(variances);
  return variance === null ? null : Math.sqrt(variance);
}
