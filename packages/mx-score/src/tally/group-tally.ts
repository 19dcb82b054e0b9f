import type { Grader, Outcome, Score, Trial, Usage } from "@mx/records";
import { isResult } from "@mx/records/outcome";
import { ExactSum, Histogram } from "@mx/stats";
import { attemptMark } from "./attempt-mark.ts";
import type { Group } from "./group-by.ts";
import type { Judgement } from "../score-trial.ts";
import { TaskTrials } from "./task-trials.ts";
import { addUsage, noUsage } from "@mx/records/usage";

/** What one grader has said so far. */
export interface GraderTally {
  /** The graders of this name, by what they are; more than one: their scores cannot be compared. */
  identities: Map<string, Grader>;
  values: ExactSum;
  missing: number;
}

/** A cell's trials, and the task that it belongs to. */
export interface CellTrials {
  taskId: string;
  trials: TaskTrials;
}

/** One group's trials so far. Memory: one small object per task and arm. */
export class GroupTally {
  readonly group: Group;
  /** By the name of the cell. */
  readonly cells = new Map<string, CellTrials>();
  readonly runIds = new Set<string>();
  readonly outcomes = new Map<Outcome, number>();
  readonly latency = new Histogram();
  readonly graders = new Map<string, GraderTally>();
  attempts = 0;
  /** Tokens of all attempts; null where a part is unknown for any of them. */
  usage: Usage = noUsage;
  readonly #cost = new ExactSum();
  #costKnown = true;
  readonly #gradingCost = new ExactSum();
  #gradingCostKnown = true;

  constructor(group: Group) {
    this.group = group;
  }

  /** Cost of all attempts in USD; null where it is unknown for any of them. */
  get costUsd(): number | null {
    return this.#costKnown && this.attempts > 0 ? this.#cost.value() : null;
  }

  /** What judges cost, in USD; 0 without one, null where it is unknown for any of them. */
  get gradingCostUsd(): number | null {
    return this.#gradingCostKnown ? this.#gradingCost.value() : null;
  }

  /** The trials of a cell, made when it is first named. */
  #cell(name: string, taskId: string): TaskTrials {
    let cell = this.cells.get(name);
    if (cell === undefined) {
      cell = { taskId, trials: new TaskTrials() };
      this.cells.set(name, cell);
    }
    return cell.trials;
  }

  /** Counts an attempt; false where it has been counted before. `cell`: the name of its cell. */
  add(trial: Trial, { scores, reward }: Judgement, cell: string): boolean {
    const trials = this.#cell(cell, trial.task_id);
    const isScored = isResult(trial.outcome);
    const mark = attemptMark(trial, reward);
    if (!trials.add(trial.trial, mark, isScored ? reward : undefined)) return false;
    this.attempts += 1;
    this.runIds.add(trial.run_id);
    this.outcomes.set(trial.outcome, (this.outcomes.get(trial.outcome) ?? 0) + 1);
    this.usage = addUsage(this.usage, trial.usage);
    if (trial.cost_usd === null) this.#costKnown = false;
    else this.#cost.add(trial.cost_usd);
    const { cluster } = trial;
    if (cluster !== undefined && (trials.cluster === null || cluster < trials.cluster)) {
      trials.cluster = cluster;
    }
    if (!isScored) return true;
    if (trial.time_ms.agent !== null) this.latency.add(trial.time_ms.agent);
    for (const name in scores) this.#addScore(name, scores[name] as Score);
    return true;
  }

  #addScore(name: string, { value, grader, cost_usd }: Score): void {
    let tally = this.graders.get(name);
    if (tally === undefined) {
      tally = { identities: new Map(), values: new ExactSum(), missing: 0 };
      this.graders.set(name, tally);
    }
    const identity = `${grader.name} ${grader.version} ${grader.digest ?? ""}`;
    if (!tally.identities.has(identity)) tally.identities.set(identity, grader);
    if (value === null) tally.missing += 1;
    else tally.values.add(value);
    if (cost_usd === undefined) return;
    if (cost_usd === null) this.#gradingCostKnown = false;
    else this.#gradingCost.add(cost_usd);
  }
}
