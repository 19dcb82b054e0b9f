import type { Progress } from "@mx/cli";

/** The progress of a run with what its elements do beside it, also while no trial ends. */
export class SlurmProgress implements Progress {
  readonly #shown: Progress;
  #done = 0;
  #trials: Record<string, string | number> = {};
  #elements: Record<string, string | number> = {};

  constructor(shown: Progress) {
    this.#shown = shown;
  }

  start(total: number | null, label: string): void {
    this.#shown.start(total, label);
  }

  update(done: number, detail: Record<string, string | number> = {}): void {
    this.#done = done;
    this.#trials = detail;
    this.#show();
  }

  /** How many elements run and wait. */
  readonly elements = (counts: Record<string, string | number>): void => {
    this.#elements = counts;
    this.#show();
  };

  stop(): void {
    this.#shown.stop();
  }

  #show(): void {
    this.#shown.update(this.#done, { ...this.#trials, ...this.#elements });
  }
}
