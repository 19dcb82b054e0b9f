import { taskDigest, trialKey, type AgentIdentity, type Run, type Task } from "@mx/records";
import type { EarlierWork } from "./earlier-work.ts";

/** What stays the same over all trials of a run. */
export interface Plan {
  models: (string | null)[];
  variants: string[];
  trials: number;
  sampling: Run["sampling"];
  /** The agent as the key of a trial of this task sees it: limits are the task's own where it has any. */
  agentFor(task: Task): AgentIdentity;
}

/** One trial that is to be run. */
export interface PlannedTrial {
  task: Task;
  model: string | null;
  variant: string;
  trial: number;
  key: string;
  /** Of the task's content. */
  digest: string;
  /** Attempts that earlier, killed or failed, executions of the run have made. */
  attemptsBefore: number;
}

/**
 * Every trial of every task, arms next to each other, so that a slow hour hits all of them alike.
 * What is owed is what is planned minus the keys that already have a result.
 */
export async function* planTrials(
  tasks: AsyncIterable<Task> | Iterable<Task>,
  plan: Plan,
  earlier: EarlierWork,
): AsyncGenerator<PlannedTrial> {
  for await (const task of tasks) {
    const agent = plan.agentFor(task);
    const digest = taskDigest(task);
    for (let trial = 0; trial < plan.trials; trial += 1) {
      for (const model of plan.models) {
        for (const variant of plan.variants) {
          const asked = { task, agent, model, sampling: plan.sampling, variant, trial };
          const key = trialKey(asked, digest);
          const attemptsBefore = earlier.attemptsAt(key);
          if (attemptsBefore === null) continue;
          yield { task, digest, model, variant, trial, key, attemptsBefore };
        }
      }
    }
  }
}
