import type { Task, Trial } from "@mx/records";

const copied = ["image", "cluster", "tags", "meta", "target"] as const;

/** What a trial has from its task, so that mx-score can group, cluster and grade by it. */
export function copiedFromTask(task: Task): Pick<Trial, (typeof copied)[number]> {
  return Object.fromEntries(
    copied.flatMap((field) => (task[field] === undefined ? [] : [[field, task[field]]])),
  );
}
