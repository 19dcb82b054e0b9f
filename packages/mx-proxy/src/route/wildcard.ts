/** A name of models in which each * stands for any text. */
export class Wildcard {
  readonly #pattern: RegExp;
  /** How much of it is fixed: more goes before less. */
  readonly weight: number;

  constructor(name: string) {
    const parts = name.split("*");
    this.weight = name.length - parts.length + 1;
    const fixed = parts.map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
    this.#pattern = new RegExp(`^${fixed.join("(.*)")}$`, "s");
  }

  /** What the stars stand for in a model's name; null: it does not fit. */
  match(model: string): string[] | null {
    return this.#pattern.exec(model)?.slice(1) ?? null;
  }
}

/** A name whose stars are filled in, one after the other. */
export function fill(name: string, texts: readonly string[]): string {
  let at = 0;
  return name.replaceAll("*", () => texts[at++] ?? "");
}
