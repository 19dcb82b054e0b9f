import type { Run } from "@mx/records";
import type { Group } from "./group-by.ts";

/** What was asked for, of one group. */
export interface GroupPlan {
  /** Name of a cell -> its task. */
  cells: Map<string, string>;
  /** Trials per cell. */
  trials: number;
  /** Tasks that there are, where a run tells their number and not their names. */
  tasks: number;
}

/** Fields that a run says the values of, before any trial has been made. */
const plannedFields: ReadonlySet<string> = new Set(["model", "variant", "run_id", "task_id"]);

/**
 * The name of a cell: what is run `trials` times within a group, which is a task, by model and variant where the
 * groups do not fix them.
 */
export function cellName(
  trial: { task_id: string; model: string | null; variant: string },
  fields: readonly string[],
): string {
  let name = trial.task_id;
  if (!fields.includes("model")) name += `\u0000${trial.model ?? "\u0001"}`;
  if (!fields.includes("variant")) name += `\u0000${trial.variant}`;
  return name;
}

/** What runs have planned, as far as it can be said for groups. */
export class RunPlan {
  readonly #fields: readonly string[];
  readonly #runs = new Map<string, Run>();

  constructor(fields: readonly string[]) {
    this.#fields = fields;
  }

  /** False where the groups are made of fields that only trials have: what is missing cannot be told apart then. */
  get splits(): boolean {
    return this.#fields.every((field) => plannedFields.has(field));
  }

  get isEmpty(): boolean {
    return this.#runs.size === 0;
  }

  add(run: Run): void {
    const known = this.#runs.get(run.run_id);
    // A run's last line knows its tasks where the first one could not yet.
    if (known?.task_ids == null || run.task_ids !== null) this.#runs.set(run.run_id, run);
  }

  /** Every group that a run has planned trials for. */
  *groups(run: Run): Generator<Group> {
    if (!this.splits) return;
    const ids = this.#fields.includes("task_id") ? (run.task_ids ?? []) : [null];
    const models = this.#fields.includes("model") ? run.models : [null];
    const variants = this.#fields.includes("variant") ? run.variants : [null];
    for (const task_id of ids) {
      for (const model of models) {
        for (const variant of variants) {
          if (!hasCell(run, model, variant)) continue;
          const values: Group = { task_id, model, variant, run_id: run.run_id };
          yield Object.fromEntries(this.#fields.map((field) => [field, values[field] ?? null]));
        }
      }
    }
  }

  /**
   * What was planned for a group: the union of the cells of its runs times the most trials that any of them asked
   * for, so that shards add up and a repeated run does not count twice. Null where no run says.
   */
  of(group: Group): GroupPlan | null {
    if (this.isEmpty || !this.splits) return null;
    const plan: GroupPlan = { cells: new Map(), trials: 1, tasks: 0 };
    for (const run of this.#runs.values()) {
      if (!this.#isOf(run, group)) continue;
      plan.trials = Math.max(plan.trials, run.trials);
      plan.tasks = Math.max(plan.tasks, "task_id" in group ? 0 : unnamedTasks(run));
      for (const task_id of run.task_ids ?? []) {
        if ("task_id" in group && group["task_id"] !== task_id) continue;
        for (const model of "model" in group ? [null] : run.models) {
          for (const variant of "variant" in group ? [""] : run.variants) {
            if (!hasCell(run, group["model"] ?? model, group["variant"] ?? variant)) continue;
            plan.cells.set(cellName({ task_id, model, variant }, this.#fields), task_id);
          }
        }
      }
    }
    return plan;
  }

  #isOf(run: Run, group: Group): boolean {
    const { model, variant, run_id } = group;
    if (model !== undefined && !run.models.includes(model)) return false;
    if (variant != null && !run.variants.includes(variant)) return false;
    if (!hasCell(run, model ?? null, variant ?? null)) return false;
    return run_id === undefined || run_id === run.run_id;
  }
}

/** True where some arm of a run asks this model; null and "": any. Arms can have models of their own. */
function hasCell({ arms }: Run, model: unknown, variant: unknown): boolean {
  if (arms === undefined) return true;
  return arms.some(
    (arm) =>
      (variant === null || variant === "" || arm.variant === variant) &&
      (model === null || arm.models.some((name) => name === model)),
  );
}

/** How many tasks a run has that it does not name; 0 where it names them, or does not say. */
function unnamedTasks({ task_ids, planned, models, variants, trials }: Run): number {
  if (task_ids !== null || planned === null) return 0;
  return Math.ceil(planned / Math.max(1, models.length * variants.length * trials));
}
