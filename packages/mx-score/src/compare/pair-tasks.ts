import { mean } from "@mx/stats";
import { armTask, taskIds, whyMissing, type Arm } from "./arm.ts";

/** One task in both arms. */
export interface Pair {
  taskId: string;
  /** Mean over arm a's scored trials. */
  a: number;
  b: number;
  /** Tasks with the same one are not independent; null: no arm names one. */
  cluster: string | null;
}

/** The tasks of two arms. */
export interface Pairing {
  /** Tasks scored in both, sorted by id. */
  pairs: Pair[];
  /** Reason -> tasks in no pair, both sorted. */
  leftOut: Record<string, string[]>;
  /** Tasks that either arm has or was to have. */
  tasks: number;
  onlyInA: number;
  onlyInB: number;
}

/**
 * Pairs the tasks that are scored in both arms, and says of all others why not. `valueOf` is what a reward counts
 * as.
 */
export function pairTasks(a: Arm, b: Arm, valueOf: (reward: number) => number): Pairing {
  const inA = taskIds(a);
  const inB = taskIds(b);
  const ids = [...new Set([...inA, ...inB])].sort();
  const pairs: Pair[] = [];
  const leftOut = new Map<string, string[]>();
  const leave = (reason: string, taskId: string) => {
    const list = leftOut.get(reason);
    if (list === undefined) leftOut.set(reason, [taskId]);
    else list.push(taskId);
  };
  let onlyInA = 0;
  let onlyInB = 0;
  for (const taskId of ids) {
    if (!inB.has(taskId)) {
      onlyInA += 1;
      leave("only in a", taskId);
      continue;
    }
    if (!inA.has(taskId)) {
      onlyInB += 1;
      leave("only in b", taskId);
      continue;
    }
    const meanA = taskMean(a, taskId, valueOf);
    const meanB = taskMean(b, taskId, valueOf);
    if (meanA !== null && meanB !== null) {
      pairs.push({ taskId, a: meanA, b: meanB, cluster: clusterOf(a, b, taskId) });
      continue;
    }
    if (meanA === null) leave(`not scored in a: ${why(a, taskId)}`, taskId);
    if (meanB === null) leave(`not scored in b: ${why(b, taskId)}`, taskId);
  }
  const sorted = [...leftOut].sort(([one], [other]) => (one < other ? -1 : 1));
  return { pairs, leftOut: Object.fromEntries(sorted), tasks: ids.length, onlyInA, onlyInB };
}

function taskMean(arm: Arm, taskId: string, valueOf: (reward: number) => number): number | null {
  return mean((armTask(arm, taskId)?.trials.rewards() ?? []).map(valueOf));
}

function why(arm: Arm, taskId: string): string {
  return whyMissing(armTask(arm, taskId), false).join(", ");
}

function clusterOf(a: Arm, b: Arm, taskId: string): string | null {
  const clusters = [a, b].flatMap((arm) => armTask(arm, taskId)?.trials.cluster ?? []);
  return clusters.sort()[0] ?? null;
}
