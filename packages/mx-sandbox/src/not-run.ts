import { isResult, type Trial } from "@mx/records";

/** Which arms came to nothing, and why. */
export class NotRun {
  readonly #arms = new Map<string, { results: number; owed: number; why: string }>();

  /** Takes the attempts at a trial into account. */
  add(attempts: readonly Trial[]): void {
    const last = attempts.at(-1);
    if (last === undefined) return;
    const arm = this.#arms.get(last.variant) ?? { results: 0, owed: 0, why: "" };
    this.#arms.set(last.variant, arm);
    if (isResult(last.outcome)) arm.results += 1;
    else {
      arm.owed += 1;
      arm.why = last.fault === undefined ? "" : `: ${last.fault.class}: ${last.fault.message}`;
    }
  }

  /** A line for each arm of which no trial has a result, where there are others. */
  *lines(): Generator<string> {
    if (this.#arms.size < 2) return;
    for (const [name, { results, owed, why }] of this.#arms) {
      if (results === 0) yield `arm ${name} was not run: none of ${owed} trials has a result${why}`;
    }
  }
}
