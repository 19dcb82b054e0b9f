import { mean } from "@mx/stats";
import type { PlannedGroup } from "../tally/tally.ts";
import type { TaskTrials } from "../tally/task-trials.ts";

/** One task of a group, over all its arms where the group has several. */
export interface GroupTask {
  taskId: string;
  /** Rewards of its scored trials, ascending. */
  rewards: number[];
  /** Their mean; null where none is scored. */
  mean: number | null;
  /** Scored trials that pass. */
  passes: number;
  /** Trials that were asked for, or attempted where more were. */
  planned: number;
  finished: number;
  /** Indexes of trials whose results disagree, or that were asked in more than one way. */
  conflicts: number[];
  /** Indexes of trials that were asked in more than one way. */
  mixed: number[];
  cluster: string | null;
}

/** What --expect says was planned. */
export interface Expected {
  tasks: number;
  trials: number;
}

/** The tasks of a group, and what was planned for it. */
export interface GroupTasks {
  /** Sorted by id; those without any trial included. */
  tasks: GroupTask[];
  /** Tasks that were planned and that nobody can name. */
  unnamed: number;
  /** Trials per task and arm. */
  trials: number;
}

/** Where neither a run nor --expect says what was planned, it is what was attempted. */
export function groupTasks(
  { tally, plan }: PlannedGroup,
  passThreshold: number,
  expected: Expected | null,
): GroupTasks {
  const attempted = [...tally.cells.values()].map((cell) => cell.trials.attempted);
  const trials = expected?.trials ?? plan?.trials ?? Math.max(1, ...attempted);
  const perCell = expected === null && plan === null ? 0 : trials;
  const arms = new Map<string, TaskTrials[]>();
  const planned = new Map<string, number>();
  const plan1 = (taskId: string) => planned.set(taskId, (planned.get(taskId) ?? 0) + perCell);
  for (const { taskId, trials: arm } of tally.cells.values()) {
    const known = arms.get(taskId);
    if (known === undefined) arms.set(taskId, [arm]);
    else known.push(arm);
    plan1(taskId);
  }
  for (const [name, taskId] of plan?.cells ?? []) if (!tally.cells.has(name)) plan1(taskId);
  const tasks = [...planned.keys()]
    .sort()
    .map((id) => groupTask(id, arms.get(id) ?? [], planned.get(id) ?? 0, passThreshold));
  return {
    tasks,
    unnamed: Math.max(0, (expected?.tasks ?? plan?.tasks ?? 0) - tasks.length),
    trials,
  };
}

function groupTask(
  taskId: string,
  arms: readonly TaskTrials[],
  planned: number,
  passThreshold: number,
): GroupTask {
  const rewards = arms.flatMap((arm) => arm.rewards()).sort((a, b) => a - b);
  const sum = (part: (arm: TaskTrials) => number) =>
    arms.reduce((total, arm) => total + part(arm), 0);
  return {
    taskId,
    rewards,
    mean: mean(rewards),
    passes: rewards.filter((reward) => reward >= passThreshold).length,
    planned: Math.max(
      planned,
      sum((arm) => arm.attempted),
    ),
    finished: sum((arm) => arm.finished),
    conflicts: arms.flatMap((arm) => arm.conflicts()).sort((a, b) => a - b),
    mixed: arms.flatMap((arm) => arm.mixed()).sort((a, b) => a - b),
    cluster: arms.flatMap(({ cluster }) => cluster ?? []).sort()[0] ?? null,
  };
}
