import type { Request } from "@mx/records";
import { CallCounters } from "./call-counters.ts";

/** So many names of models are told apart; callers can make up as many as they like. */
const mostModels = 200;

/** Counts calls for /metrics: plain numbers, so that a call pays next to nothing for being counted. */
export class Metrics {
  /** By upstream and model. */
  readonly #counters = new Map<string, CallCounters>();
  readonly #models = new Set<string>();

  add(record: Request): void {
    const name = `${record.upstream ?? "none"}\n${this.#label(record)}`;
    const known = this.#counters.get(name);
    const counters = known ?? new CallCounters();
    if (known === undefined) this.#counters.set(name, counters);
    counters.add(record);
  }

  /** Names of models that are there, whether or not they have answered. */
  know(models: string[]): void {
    for (const model of models) if (this.#models.size < mostModels) this.#models.add(model);
  }

  /** What was counted, by the name of the upstream (`none`: none was reached) and the model's. */
  all(): { upstream: string; model: string; counters: CallCounters }[] {
    return [...this.#counters].map(([name, counters]) => {
      const [upstream = "", model = ""] = name.split("\n");
      return { upstream, model, counters };
    });
  }

  /** The model where it is known or has answered; else `other`, or `none` where the call names none. */
  #label({ model, state }: Request): string {
    if (model === null) return "none";
    if (!this.#models.has(model)) {
      if (state !== "ok" || this.#models.size >= mostModels) return "other";
      this.#models.add(model);
    }
    return model.includes("\n") ? "other" : model;
  }
}
