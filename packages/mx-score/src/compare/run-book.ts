import type { Run } from "@mx/records";
import { originOf } from "./arm-task.ts";

/** Sampling settings that change what a model says on average. A seed only picks one of its answers. */
export const samplingFields = ["temperature", "top_p", "max_tokens"] as const;
export type SamplingField = (typeof samplingFields)[number];

/** What an arm was to do, as far as its runs say. */
export interface ArmPlan {
  taskIds: Set<string>;
  /** Trials per task: the most that any run asked for. */
  trials: number;
}

/** The runs that have come by. */
export class RunBook {
  readonly #runs = new Map<string, Run>();

  add(run: Run): void {
    const known = this.#runs.get(run.run_id);
    // A run's last line knows its tasks where the first one could not yet.
    if (known?.task_ids == null || run.task_ids !== null) this.#runs.set(run.run_id, run);
  }

  /** What the runs that match have planned together; null where none does, or none names its tasks. */
  plan(matches: (run: Run) => boolean): ArmPlan | null {
    const runs = [...this.#runs.values()].filter(matches);
    const taskIds = new Set(runs.flatMap((run) => run.task_ids ?? []));
    if (taskIds.size === 0) return null;
    return { taskIds, trials: Math.max(...runs.map((run) => run.trials)) };
  }

  /** A sampling setting of a run as JSON; `null` is "left to the server". Null: not known. */
  sampling(runId: string, field: SamplingField): string | null {
    const run = this.#runs.get(runId);
    if (run === undefined) return null;
    const value = run.sampling[field];
    // Of an imported run, null only says that its file does not say.
    return value === null && originOf(run) !== "mx" ? null : JSON.stringify(value);
  }
}
