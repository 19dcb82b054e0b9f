import type { Run, Trial } from "@mx/records";
import { groupKey, type GroupBy } from "./group-by.ts";
import { GroupTally } from "./group-tally.ts";
import { cellName, RunPlan, type GroupPlan } from "./run-plan.ts";
import type { Judgement } from "../score-trial.ts";

/** One group with what was planned for it; null: nobody says. */
export interface PlannedGroup {
  tally: GroupTally;
  plan: GroupPlan | null;
}

/**
 * Everything that has come by, in groups.
 *
 * The same set of records gives the same groups, in whatever order and however often the records come: an attempt
 * is counted when it is first seen. State grows with tasks, and by ten bytes per trial of a task.
 */
export class Tally {
  /** Attempts that were there more than once; they count once. */
  duplicates = 0;
  readonly plan: RunPlan;
  readonly #by: GroupBy;
  readonly #pooled: boolean;
  readonly #groups = new Map<string, GroupTally>();
  #last: { key: string; tally: GroupTally } | null = null;

  constructor(by: GroupBy) {
    this.#by = by;
    this.#pooled = !(by.fields.includes("model") && by.fields.includes("variant"));
    this.plan = new RunPlan(by.fields);
  }

  addRun(run: Run): void {
    this.plan.add(run);
    for (const group of this.plan.groups(run)) {
      const key = groupKey(this.#by.fields.map((field) => group[field] ?? null));
      if (!this.#groups.has(key)) this.#groups.set(key, new GroupTally(group));
    }
  }

  /** The group that an attempt is new to; null where it has been counted before. */
  addTrial(trial: Trial, judgement: Judgement): GroupTally | null {
    const tally = this.#group(trial);
    const name = this.#pooled ? cellName(trial, this.#by.fields) : trial.task_id;
    if (tally.add(trial, judgement, name)) return tally;
    this.duplicates += 1;
    return null;
  }

  /** The groups, sorted. */
  groups(): PlannedGroup[] {
    return [...this.#groups.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, tally]) => ({ tally, plan: this.plan.of(tally.group) }));
  }

  #group(trial: Trial): GroupTally {
    const key = this.#by.key(trial);
    if (this.#last?.key === key) return this.#last.tally;
    let tally = this.#groups.get(key);
    if (tally === undefined) {
      tally = new GroupTally(this.#by.group(trial));
      this.#groups.set(key, tally);
    }
    this.#last = { key, tally };
    return tally;
  }
}
