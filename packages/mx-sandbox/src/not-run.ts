import { isResult, type Trial } from "@mx/records";

/** So many tasks are named; the records have the others. */
const mostTasks = 20;

/** Which arms and tasks came to nothing, and why. */
export class NotRun {
  readonly #arms = new Map<string, { results: number; owed: Set<string>; why: string }>();

  /** What is wrong with tasks whose sandbox could not be made, and will not be the next time. */
  readonly #tasks = new Map<string, string>();

  /** Takes the attempts at a trial into account. */
  add(attempts: readonly Trial[]): void {
    const last = attempts.at(-1);
    if (last === undefined) return;
    const { fault } = last;
    if (fault?.class === "sandbox_failed" && !fault.retryable) {
      this.#tasks.set(last.task_id, fault.message);
    }
    const arm = this.#arms.get(last.variant) ?? { results: 0, owed: new Set<string>(), why: "" };
    this.#arms.set(last.variant, arm);
    if (isResult(last.outcome)) arm.results += 1;
    else {
      arm.owed.add(last.key);
      arm.why = last.fault === undefined ? "" : `: ${last.fault.class}: ${last.fault.message}`;
    }
  }

  /** A line for each task that cannot be run so, and for each arm of which no trial has a result, where there are others. */
  *lines(): Generator<string> {
    for (const [id, why] of [...this.#tasks].slice(0, mostTasks))
      yield `task ${id} was not run: ${why}`;
    if (this.#tasks.size > mostTasks) yield `and ${this.#tasks.size - mostTasks} more tasks`;
    if (this.#arms.size < 2) return;
    for (const [name, { results, owed, why }] of this.#arms) {
      if (results === 0)
        yield `arm ${name} was not run: none of ${owed.size} trials has a result${why}`;
    }
  }
}
