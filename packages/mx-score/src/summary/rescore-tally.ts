import type { Finding, ScoredTrial, Trial } from "@mx/records";
import { ExactSum } from "@mx/stats";
import type { Group } from "../tally/group-by.ts";

/** So many trials are named. */
const named = 10;

/** What grading anew has changed in a group. */
export class RescoreTally {
  #compared = 0;
  #changed = 0;
  #up = 0;
  #down = 0;
  readonly #before = new ExactSum();
  readonly #after = new ExactSum();
  #keys: string[] = [];

  /** Compares a trial's new reward with the one it came with, where it came with one. */
  add(trial: Trial, reward: number | null): void {
    const before = (trial as Partial<ScoredTrial>).reward;
    if (before === undefined) return;
    this.#compared += 1;
    if (before === reward) return;
    this.#changed += 1;
    if (before !== null && reward !== null) {
      if (reward > before) this.#up += 1;
      else this.#down += 1;
      this.#before.add(before);
      this.#after.add(reward);
    }
    // The smallest keys, so that the order of the lines does not matter.
    this.#keys = [...this.#keys, trial.key].sort().slice(0, named);
  }

  /** What has changed; null where nothing had been scored before. */
  finding(group: Group): Finding | null {
    if (this.#compared === 0) return null;
    const other = this.#changed - this.#up - this.#down;
    const parts = [`${this.#up} up`, `${this.#down} down`];
    if (other > 0) parts.push(`${other} to or from unknown`);
    const means = [this.#before, this.#after].map((sum) => sum.mean()?.toFixed(3));
    const moved = this.#up + this.#down > 0 ? `; their mean went from ${means.join(" to ")}` : "";
    const message =
      `${this.#changed} of ${this.#compared} rewards have changed` +
      (this.#changed === 0 ? "" : `: ${parts.join(", ")}${moved}`);
    return {
      type: "finding",
      version: 1,
      code: "rescored",
      severity: this.#changed === 0 ? "info" : "warning",
      message,
      group,
      count: this.#changed,
      ...(this.#keys.length === 0 ? {} : { keys: this.#keys }),
    };
  }
}
