import type { ArmTask } from "./arm-task.ts";
import type { ArmTally } from "./arm-tally.ts";
import { samplingFields, type ArmPlan, type RunBook, type SamplingField } from "./run-book.ts";
import { KnownValues } from "./known-values.ts";

/** One side of a comparison. */
export interface Arm {
  /** As it was asked for: a path, a variant, a model. */
  name: string;
  /** Null: the arm has no trial. */
  tally: ArmTally | null;
  plan: ArmPlan | null;
  sampling: Record<SamplingField, KnownValues>;
}

/** Trials of an arm, in numbers. */
export interface ArmCounts {
  tasks: number;
  planned: number;
  attempted: number;
  scored: number;
  conflicts: number;
  /** Reason -> tasks that it holds for. */
  reasons: Map<string, number>;
}

/** An arm of what was read for it. */
export function makeArm(
  name: string,
  tally: ArmTally | null,
  plan: ArmPlan | null,
  runs: RunBook,
): Arm {
  const sampling = Object.fromEntries(
    samplingFields.map((field) => {
      const values = new KnownValues();
      for (const runId of tally?.runIds ?? []) values.add(runs.sampling(runId, field));
      return [field, values];
    }),
  ) as Record<SamplingField, KnownValues>;
  return { name, tally, plan, sampling };
}

/** What an arm has of a task; undefined where it has no trial of it. */
export function armTask(arm: Arm, taskId: string): ArmTask | undefined {
  return arm.tally?.tasks.get(taskId);
}

/** The tasks that an arm has trials of, or was to have. */
export function taskIds(arm: Arm): Set<string> {
  return new Set([...(arm.tally?.tasks.keys() ?? []), ...(arm.plan?.taskIds ?? [])]);
}

/** Trials of a task that were asked for; those that were attempted, where more were or no plan is known. */
function plannedTrials(arm: Arm, taskId: string): number {
  const attempted = armTask(arm, taskId)?.trials.attempted ?? 0;
  const isPlanned = arm.plan?.taskIds.has(taskId) === true;
  return Math.max(attempted, isPlanned ? (arm.plan?.trials ?? 0) : 0);
}

/** Counts an arm's trials. */
export function countArm(arm: Arm): ArmCounts {
  const counts: ArmCounts = {
    tasks: 0,
    planned: 0,
    attempted: 0,
    scored: 0,
    conflicts: 0,
    reasons: new Map(),
  };
  for (const taskId of taskIds(arm)) {
    const task = armTask(arm, taskId);
    const attempted = task?.trials.attempted ?? 0;
    const planned = plannedTrials(arm, taskId);
    if (attempted > 0) counts.tasks += 1;
    counts.planned += planned;
    counts.attempted += attempted;
    counts.scored += task?.trials.rewards().length ?? 0;
    counts.conflicts += task?.trials.conflicts().length ?? 0;
    for (const reason of whyMissing(task, planned > attempted)) {
      counts.reasons.set(reason, (counts.reasons.get(reason) ?? 0) + 1);
    }
  }
  return counts;
}

/** Why trials of a task have no reward. */
export function whyMissing(task: ArmTask | undefined, isOwed: boolean): string[] {
  return [...(task?.reasons() ?? []), ...(isOwed || task === undefined ? ["not attempted"] : [])];
}
