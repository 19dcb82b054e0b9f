import type { Finding } from "@mx/records";
import { percent } from "./percent.ts";

const shown = 6;

/**
 * Tasks that have more or fewer trials than most, so that means over trials and means over tasks differ; null where
 * all have the same number. `trialsPerTask`: how many different trials each task of the group has.
 */
export function unequalTrials(
  trialsPerTask: Iterable<number>,
  group?: Finding["group"],
): Finding | null {
  const tasksBy = new Map<number, number>();
  let tasks = 0;
  for (const trials of trialsPerTask) {
    tasksBy.set(trials, (tasksBy.get(trials) ?? 0) + 1);
    tasks += 1;
  }
  if (tasksBy.size < 2) return null;
  const common = Math.max(...tasksBy.values());
  const different = tasks - common;
  const byCount = [...tasksBy].sort(([a], [b]) => a - b);
  const list = byCount.slice(0, shown).map(([trials, n]) => `${n} with ${trials}`);
  return {
    type: "finding",
    version: 1,
    code: "unequal_trials",
    severity: different / tasks >= 0.05 ? "warning" : "info",
    message:
      `${different} of ${tasks} tasks (${percent(different / tasks)}) have another number of trials than the rest: ` +
      `${list.join(", ")}${byCount.length > shown ? ", …" : ""}`,
    ...(group !== undefined && { group }),
    count: different,
  };
}
