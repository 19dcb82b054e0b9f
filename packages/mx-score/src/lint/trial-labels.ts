import type { Finding } from "@mx/records";
import { percent } from "./percent.ts";

/**
 * Trials that seem to be labelled wrongly: tasks with one trial each, called 0 here and 2 there, are one trial and
 * not three. Null where labels are in order.
 *
 * A task is out of order when its labels are not 0, 1, …, n-1. Gaps alone are missing trials; they count as wrong
 * labels where no task has every label that occurs. For results without a plan: with one, what is missing is known.
 *
 * `labelsPerTask`: for each task of the group, the different trial indexes that it has, in any order.
 */
export function mixedTrialLabels(
  labelsPerTask: Iterable<readonly number[]>,
  group?: Finding["group"],
): Finding | null {
  const labels = new Set<number>();
  let tasks = 0;
  let outOfOrder = 0;
  let most = 0;
  for (const given of labelsPerTask) {
    const own = new Set(given);
    for (const label of own) labels.add(label);
    if (own.size > 0) tasks += 1;
    if ([...own].some((label) => label >= own.size)) outOfOrder += 1;
    most = Math.max(most, own.size);
  }
  if (outOfOrder === 0 || most >= labels.size) return null;
  return {
    type: "finding",
    version: 1,
    code: "mixed_trial_labels",
    severity: outOfOrder / tasks >= 0.05 ? "error" : "warning",
    message:
      `${outOfOrder} of ${tasks} tasks (${percent(outOfOrder / tasks)}) have trials that are not numbered from 0: ` +
      `${labels.size} trial labels occur, but no task has more than ${most}`,
    ...(group !== undefined && { group }),
    count: outOfOrder,
  };
}
