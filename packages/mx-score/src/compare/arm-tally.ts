import { isResult, type Trial } from "@mx/records";
import type { Judgement } from "../score-trial.ts";
import { ArmTask } from "./arm-task.ts";
import { KnownValues } from "./known-values.ts";

/** The trials of one model and variant so far. Memory: per task, and ten bytes per trial. */
export class ArmTally {
  readonly model: string | null;
  readonly variant: string;
  readonly tasks = new Map<string, ArmTask>();
  readonly runIds = new Set<string>();
  readonly servedModels = new KnownValues();
  /** Attempts that were there more than once; they count once. */
  duplicates = 0;

  constructor({ model, variant }: Pick<Trial, "model" | "variant">) {
    this.model = model;
    this.variant = variant;
  }

  add(trial: Trial, judgement: Judgement): void {
    let task = this.tasks.get(trial.task_id);
    if (task === undefined) {
      task = new ArmTask();
      this.tasks.set(trial.task_id, task);
    }
    if (!task.add(trial, judgement)) {
      this.duplicates += 1;
      return;
    }
    this.runIds.add(trial.run_id);
    if (isResult(trial.outcome)) this.servedModels.add(trial.served_model);
  }
}

/** Tallies by model and variant. */
export class ArmTallies {
  readonly #tallies = new Map<string, ArmTally>();

  add(trial: Trial, judgement: Judgement): void {
    const key = JSON.stringify([trial.model, trial.variant]);
    let tally = this.#tallies.get(key);
    if (tally === undefined) {
      tally = new ArmTally(trial);
      this.#tallies.set(key, tally);
    }
    tally.add(trial, judgement);
  }

  /** Sorted by model and variant. */
  list(): ArmTally[] {
    return [...this.#tallies].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, tally]) => tally);
  }
}
