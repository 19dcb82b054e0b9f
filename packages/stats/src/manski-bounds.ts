import { mean } from "./mean.ts";

/** What is known of one task. */
export interface TaskCoverage {
  /** Sum of the rewards of its scored trials, each within [0, 1]. */
  rewardSum: number;
  /** Trials that have a reward. */
  scored: number;
  /** Trials that were asked for; where more are scored, those count. */
  planned: number;
}

/**
 * The mean over tasks if every missing trial had failed, and if every one had passed (Manski's bounds): what no
 * assumption about the missing ones can leave. `unseenTasks` were planned and have no trial at all. For rewards
 * within [0, 1]; others have no worst case. Null where there are no tasks.
 */
export function manskiBounds(
  tasks: Iterable<TaskCoverage>,
  unseenTasks = 0,
): { low: number | null; high: number | null } {
  const lows = Array<number>(unseenTasks).fill(0);
  const highs = Array<number>(unseenTasks).fill(1);
  for (const { rewardSum, scored, planned } of tasks) {
    const trials = Math.max(planned, scored);
    if (trials === 0) {
      lows.push(0);
      highs.push(1);
      continue;
    }
    lows.push(clamp(rewardSum / trials));
    highs.push(clamp((rewardSum + trials - scored) / trials));
  }
  return { low: mean(lows), high: mean(highs) };
}

/** Rounding of a sum must not leave [0, 1]. */
function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
