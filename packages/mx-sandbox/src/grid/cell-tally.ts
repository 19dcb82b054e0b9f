import { isResult, type AnyRecord, type Run, type Trial } from "@mx/records";
import { fieldNamed, valueOf, type FieldPath } from "./field-of.ts";
import type { Grid } from "./grid.ts";

/** What is there of one cell. */
export interface CellCount {
  /** Trials that have a result. */
  trials: number;
  /** Trials that are wanted; null: no task of it is known. */
  planned: number | null;
}

/** Fields that say which task it is, and not what was done with it. */
const ofTask = new Set(["task_id", "meta", "tags", "cluster"]);
/** The task's values where no dimension is about tasks. */
const noValues = "[]";

/**
 * Which cells of a grid have their results. A trial belongs to a cell where every dimension's field has just that
 * value; one that lacks a field, or has another value, belongs to none.
 *
 * What a cell wants is told, or else every task that is known to be its own, in as many trials as runs were asked for.
 */
export class CellTally {
  readonly #grid: Grid;
  /** Of each dimension, in their order. */
  readonly #fields: FieldPath[];
  readonly #want: number | null;
  readonly #runs = new Map<string, AnyRecord & Run>();
  /** By the cell's number: keys of its trials that have a result. */
  readonly #results = new Map<number, Set<string>>();
  /** By the values of the dimensions that are the task's: ids of tasks. */
  readonly #tasks = new Map<string, Set<string>>();
  #trials = 1;
  /** Trials that no cell is for. */
  strays = 0;

  /** `match`: fields of dimensions that are named otherwise. `want` null: as many as there are tasks. */
  constructor(grid: Grid, match: ReadonlyMap<string, FieldPath>, want: number | null) {
    this.#grid = grid;
    this.#want = want;
    this.#fields = grid.dimensions.map(({ name }) => match.get(name) ?? fieldNamed(name));
  }

  /** A run's record; it has to come before its trials. */
  addRun(run: AnyRecord & Run): void {
    this.#runs.set(run.run_id, run);
    this.#trials = Math.max(this.#trials, run.trials);
    // Where no dimension is about tasks, every task of a run is one of every cell.
    if (this.#fields.some(isOfTask)) return;
    for (const id of run.task_ids ?? []) this.#noteTask(noValues, id);
  }

  /** A trial's record. */
  addTrial(trial: AnyRecord & Trial): void {
    const run = this.#runs.get(trial.run_id);
    const values = this.#fields.map((field) => {
      const source = field.ofRun ? run : trial;
      return source === undefined ? null : valueOf(source, field);
    });
    this.#trials = Math.max(this.#trials, trial.trial + 1);
    this.#noteTask(this.#ofTask(values), trial.task_id);
    const index = this.#indexOf(values);
    if (index === null) this.strays += 1;
    else if (isResult(trial.outcome)) {
      const keys = this.#results.get(index) ?? new Set();
      this.#results.set(index, keys.add(trial.key));
    }
  }

  /** How far a cell is. */
  count(index: number): CellCount {
    const trials = this.#results.get(index)?.size ?? 0;
    if (this.#want !== null) return { trials, planned: this.#want };
    const cell = this.#grid.at(index);
    const values = this.#grid.dimensions.map(({ name }) => cell[name] ?? null);
    const tasks = this.#tasks.get(this.#ofTask(values))?.size ?? 0;
    const perTask = this.#fields.some(({ path }) => path[0] === "trial") ? 1 : this.#trials;
    return { trials, planned: tasks === 0 ? null : tasks * perTask };
  }

  /** Those of the values that are the task's, as one text. */
  #ofTask(values: readonly (string | null)[]): string {
    return JSON.stringify(values.filter((_, n) => isOfTask(this.#fields[n] as FieldPath)));
  }

  #noteTask(values: string, id: string): void {
    const tasks = this.#tasks.get(values) ?? new Set();
    this.#tasks.set(values, tasks.add(id));
  }

  #indexOf(values: readonly (string | null)[]): number | null {
    let index = 0;
    for (const [n, { values: known }] of this.#grid.dimensions.entries()) {
      const at = known.indexOf(values[n] ?? "");
      if (at < 0) return null;
      index = index * known.length + at;
    }
    return index;
  }
}

function isOfTask({ path, ofRun }: FieldPath): boolean {
  return !ofRun && ofTask.has(path[0] ?? "");
}
