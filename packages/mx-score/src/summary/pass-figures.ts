import type { Interval, TaskMeanOptions } from "@mx/stats";
import { mean, passAtK, passHatK, taskMeanInterval } from "@mx/stats";
import type { GroupTask } from "./group-tasks.ts";

/** pass@k and pass^k of a group, by k. */
export interface PassFigures {
  pass_at_k: Record<string, number | null>;
  pass_hat_k: Record<string, number | null>;
  pass_at_k_interval: Record<string, Interval>;
  pass_hat_k_interval: Record<string, Interval>;
  tasks_at_k: Record<string, number>;
}

type Estimator = typeof passAtK;

/**
 * pass@k and pass^k over the tasks that have k scored trials, each a mean of the tasks' unbiased estimates.
 *
 * A figure is about the same tasks as the mean, or it is null: where fewer than `minCoverage` of the scored tasks have k
 * trials, and where another set of tasks would make pass^k rise, or pass@k fall, in k, which on one set of tasks
 * neither can.
 */
export function passFigures(
  tasks: readonly GroupTask[],
  ks: readonly number[],
  minCoverage: number,
  options: (tasks: readonly GroupTask[]) => TaskMeanOptions,
): PassFigures {
  const scored = tasks.filter(({ rewards }) => rewards.length > 0).length;
  const figures: PassFigures = {
    pass_at_k: {},
    pass_hat_k: {},
    pass_at_k_interval: {},
    pass_hat_k_interval: {},
    tasks_at_k: {},
  };
  let leastAt = 0;
  let mostHat = 1;
  for (const k of [...ks].sort((a, b) => a - b)) {
    const able = tasks.filter(({ rewards }) => rewards.length >= k);
    const isSame = able.length >= scored * minCoverage;
    const over = (estimator: Estimator) =>
      able.flatMap(({ rewards, passes }) => estimator(rewards.length, passes, k) ?? []);
    const at = over(passAtK);
    const hat = over(passHatK);
    const name = String(k);
    const atMean = isSame ? mean(at) : null;
    const hatMean = isSame ? mean(hat) : null;
    figures.tasks_at_k[name] = able.length;
    figures.pass_at_k[name] = atMean !== null && atMean >= leastAt ? atMean : null;
    figures.pass_hat_k[name] = hatMean !== null && hatMean <= mostHat ? hatMean : null;
    leastAt = figures.pass_at_k[name] ?? leastAt;
    mostHat = figures.pass_hat_k[name] ?? mostHat;
    const interval = (values: number[], shown: number | null | undefined) =>
      taskMeanInterval(shown == null ? [] : values, shown == null ? {} : options(able));
    figures.pass_at_k_interval[name] = interval(at, figures.pass_at_k[name]);
    figures.pass_hat_k_interval[name] = interval(hat, figures.pass_hat_k[name]);
  }
  return figures;
}
