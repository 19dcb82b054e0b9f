import type { Finding, Summary } from "@mx/records";
import type { GroupTally } from "../tally/group-tally.ts";
import type { GroupTask } from "./group-tasks.ts";

/** So many trials are listed at most; `count` has them all. */
const mostTrials = 1000;

type Part = Pick<Finding, "code" | "message"> & Partial<Finding>;

/** What makes a group's figures suspect, as far as the figures themselves show it. */
export function* groupFindings(
  summary: Summary,
  tally: GroupTally,
  tasks: readonly GroupTask[],
): Generator<Finding> {
  const found: (Part | null)[] = [
    missing(summary),
    conflicting(tasks),
    mixed(tasks),
    ...unscored(summary),
    ...mixedGraders(tally),
    otherTasks(summary),
  ];
  for (const part of found) {
    if (part === null) continue;
    yield { type: "finding", version: 1, severity: "warning", group: summary.group, ...part };
  }
}

function missing({ planned, finished }: Summary): Part | null {
  const count = planned - finished;
  if (count === 0) return null;
  const message = `${count} of ${planned} planned trials have no result`;
  return { code: "missing_trials", message, count };
}

function conflicting(tasks: readonly GroupTask[]): Part | null {
  return ofTrials(
    tasks,
    ({ conflicts, mixed }) => conflicts.filter((index) => !mixed.includes(index)),
    "conflicting_duplicates",
    (count) =>
      `${count} trials have results that disagree; they are not scored, and none is chosen`,
  );
}

function mixed(tasks: readonly GroupTask[]): Part | null {
  return ofTrials(
    tasks,
    ({ mixed }) => mixed,
    "mixed_questions",
    (count) =>
      `${count} trials were asked in more than one way (the task, the agent or the sampling differs) and ` +
      "are not scored; --by run_id tells them apart",
  );
}

function ofTrials(
  tasks: readonly GroupTask[],
  pick: (task: GroupTask) => number[],
  code: string,
  message: (count: number) => string,
): Part | null {
  const trials = tasks.flatMap((task) =>
    pick(task).map((trial) => ({ task_id: task.taskId, trial })),
  );
  if (trials.length === 0) return null;
  return {
    code,
    message: message(trials.length),
    count: trials.length,
    trials: trials.slice(0, mostTrials),
    severity: "error",
  };
}

function unscored({ scores = {} }: Summary): Part[] {
  return Object.entries(scores).flatMap(([name, { scored, missing }]) => {
    if (missing === 0) return [];
    const message = `${name} could not score ${missing} of ${scored + missing} results; they are missing, not wrong`;
    return [{ code: "unscored_results", message, count: missing }];
  });
}

function mixedGraders({ graders }: GroupTally): Part[] {
  return [...graders]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, { identities }]) => {
      if (identities.size < 2) return [];
      const message = `scores of ${name} come from ${identities.size} versions of it, which may not judge alike`;
      return [{ code: "mixed_graders", message, count: identities.size }];
    });
}

function otherTasks({ pass_at_k, pass_hat_k, tasks_at_k }: Summary): Part | null {
  const ks = Object.keys(tasks_at_k).filter(
    (k) => (tasks_at_k[k] ?? 0) > 0 && (pass_at_k[k] === null || pass_hat_k[k] === null),
  );
  if (ks.length === 0) return null;
  const counts = ks.map((k) => `${tasks_at_k[k]} have ${k}`).join(", ");
  const message =
    `too few tasks have as many scored trials for pass@k and pass^k at k = ${ks.join(", ")} ` +
    `(${counts}): they would be about other tasks than the mean, and are null`;
  return { code: "too_few_trials", message, count: ks.length, severity: "info" };
}
