import { taskDigest, trialKey, type Task } from "@mx/records";
import type { Arm } from "./arm.ts";
import type { EarlierWork } from "./earlier-work.ts";

/** What stays the same over all trials of a run. */
export interface Plan {
  arms: Arm[];
  /** Per task, arm and model of the arm. */
  trials: number;
  /** Commands on top of every image: they change what an agent finds, so they are part of what is asked. */
  imageSetup: string[];
}

/** One trial that is to be run. */
export interface PlannedTrial {
  task: Task;
  arm: Arm;
  model: string | null;
  trial: number;
  key: string;
  /** Of the task's content, and of the commands on top of its image. */
  digest: string;
  /** Attempts that earlier, killed or failed, executions of the run have made. */
  attemptsBefore: number;
}

/**
 * Every trial of every task, arms next to each other, so that a slow hour hits all of them alike; each of them is
 * the first in its turn. What is owed is what is planned minus the keys that already have a result.
 */
export async function* planTrials(
  tasks: AsyncIterable<Task> | Iterable<Task>,
  plan: Plan,
  earlier: EarlierWork,
): AsyncGenerator<PlannedTrial> {
  let turn = 0;
  for await (const given of tasks) {
    const cells = plan.arms.flatMap((arm) => {
      const task = withImage(given, arm.flags.image);
      const digest = taskDigest(withSetup(task, plan.imageSetup));
      const agent = arm.agentFor(task);
      return arm.models.map((model) => ({ task, digest, arm, agent, model }));
    });
    for (let trial = 0; trial < plan.trials; trial += 1) {
      const first = plan.arms.length > 1 ? turn % cells.length : 0;
      turn += 1;
      for (const cell of [...cells.slice(first), ...cells.slice(0, first)]) {
        const { task, digest, arm, agent, model } = cell;
        const { variant, sampling } = arm;
        const key = trialKey({ task, agent, model, sampling, variant, trial }, digest);
        const attemptsBefore = earlier.attemptsAt(key);
        if (attemptsBefore === null) continue;
        yield { task, digest, arm, model, trial, key, attemptsBefore };
      }
    }
  }
}

/**
 * An image that is given by flag is one that the task asks for, where it has none of its own: a trial in another image
 * is another trial.
 */
export function withImage(task: Task, image: string | undefined): Task {
  return image === undefined || task.build !== undefined ? task : { image, ...task };
}

/** Without commands the task is what it is everywhere, so that its trials have the same keys on every backend. */
function withSetup(task: Task, setup: string[]): Task {
  if (setup.length === 0) return task;
  const content = { ...task, image_setup: setup };
  return content;
}
