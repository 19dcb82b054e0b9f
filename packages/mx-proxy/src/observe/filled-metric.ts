import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { Buckets } from "./buckets.ts";

export type Labels = Record<string, string>;

/** A counter that has been counted already. */
export function makeCounter(
  registry: Registry,
  name: string,
  help: string,
  values: [Labels, number][],
): void {
  const metric = new Counter({ ...named(name, help, values), registers: [registry] });
  for (const [labels, value] of values) metric.inc(labels, value);
}

/** A gauge with its values. */
export function makeGauge(
  registry: Registry,
  name: string,
  help: string,
  values: [Labels, number][],
): void {
  const metric = new Gauge({ ...named(name, help, values), registers: [registry] });
  for (const [labels, value] of values) metric.set(labels, value);
}

function named(name: string, help: string, values: [Labels, number][]) {
  return { name: `mx_proxy_${name}`, help, labelNames: Object.keys(values[0]?.[0] ?? {}) };
}

/** A histogram whose values were counted by upstream and model. */
export function makeHistogram(
  registry: Registry,
  name: string,
  help: string,
  values: [{ upstream: string; model: string }, Buckets][],
): void {
  const metric = new CountedHistogram(`mx_proxy_${name}`, help, registry);
  metric.counted = values;
}

type Text = Awaited<ReturnType<Histogram["get"]>>;

/** A histogram whose values were counted elsewhere. */
class CountedHistogram extends Histogram {
  counted: [{ upstream: string; model: string }, Buckets][] = [];
  readonly #name: string;
  readonly #help: string;

  constructor(name: string, help: string, registry: Registry) {
    super({ name, help, labelNames: ["upstream", "model"], registers: [registry] });
    this.#name = name;
    this.#help = help;
  }

  /** What the registry asks for where it makes the text. */
  getForPromString(): Promise<Text> {
    const values = this.counted.flatMap(([{ upstream, model }, { bounds, counts, sum }]) => {
      let count = 0;
      const line = (suffix: string, value: number, labels: Labels = {}) => ({
        metricName: `${this.#name}_${suffix}`,
        labels: { upstream, model, ...labels },
        value,
      });
      const buckets = counts.map((more, at) => {
        count += more;
        return line("bucket", count, { le: String(bounds[at] ?? "+Inf") });
      });
      return [...buckets, line("sum", sum), line("count", count)];
    });
    // The library's types take the name of the type for a number, which it is not.
    const type = "histogram" as unknown as Text["type"];
    const [name, help] = [this.#name, this.#help];
    return Promise.resolve({ name, help, type, aggregator: "sum", collect() {}, values });
  }
}
