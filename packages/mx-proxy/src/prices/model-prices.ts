import type { Price } from "./price.ts";

/** One table of prices, by the names of models. */
export class ModelPrices {
  readonly #byName = new Map<string, Price[]>();
  readonly #patterns: [RegExp, Price][] = [];

  constructor(table: Price[]) {
    for (const price of table) {
      for (const name of price.models.flatMap((model) => spellings(model, price.providers ?? []))) {
        if (name.includes("*")) this.#patterns.push([pattern(name), price]);
        else this.#byName.set(name, [...(this.#byName.get(name) ?? []), price]);
      }
    }
  }

  /** The prices of a model (lower case): by its name, by its name without a date, by the patterns. */
  find(name: string): Price[] {
    const undated = name.replace(/-(\d{4}-\d{2}-\d{2}|\d{8}|latest)$/, "");
    const exact = this.#byName.get(name) ?? this.#byName.get(undated);
    return exact ?? this.#patterns.filter(([shape]) => shape.test(name)).map(([, price]) => price);
  }
}

function spellings(model: string, providers: string[]): string[] {
  const prefixed = providers.flatMap((one) => [`${one}/${model}`, `openrouter/${one}/${model}`]);
  return [model, ...prefixed].map((name) => name.toLowerCase());
}

function pattern(name: string): RegExp {
  const parts = name
    .split("*")
    .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join(".*")}$`, "s");
}
