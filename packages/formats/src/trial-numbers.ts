import { createHash } from "node:crypto";

/**
 * Numbers the trials of each task where the file does not: in the order in which they come. A trial that comes again
 * keeps its number. Six bytes of a digest are kept per trial, in one list per task.
 */
export class TrialNumbers {
  readonly #tasks = new Map<string, number[]>();

  /** The number of the trial that `identity` (its id, or all that is known of it) stands for. */
  of(taskId: string, identity: string): number {
    const digest = createHash("sha256").update(identity).digest().readUIntBE(0, 6);
    let seen = this.#tasks.get(taskId);
    if (seen === undefined) {
      seen = [];
      this.#tasks.set(taskId, seen);
    }
    const known = seen.indexOf(digest);
    return known < 0 ? seen.push(digest) - 1 : known;
  }
}
