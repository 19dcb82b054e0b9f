const mark = "os.environ/";

/** Fills in what a LiteLLM file takes from variables, as `os.environ/NAME`. */
export class LitellmEnvironment {
  /** The variables, with those that the file sets itself. */
  readonly env: NodeJS.ProcessEnv;
  /** Names that are not set. */
  readonly missing = new Set<string>();
  /** Values that were filled in, or that the file sets as variables. */
  readonly values = new Set<string>();

  constructor(env: NodeJS.ProcessEnv, own: Record<string, unknown>) {
    this.env = { ...env };
    for (const [name, value] of Object.entries(own)) {
      if (typeof value !== "string" && typeof value !== "number") continue;
      const text = this.#text(String(value), env);
      if (text === null) continue;
      this.env[name] = text;
      this.values.add(text);
    }
  }

  /** A value with all its texts filled in; null for what is not set. */
  fill(value: unknown): unknown {
    if (typeof value === "string") return this.#text(value, this.env);
    if (Array.isArray(value)) return value.map((one) => this.fill(one));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, this.fill(one)]));
  }

  #text(value: string, env: NodeJS.ProcessEnv): string | null {
    if (!value.startsWith(mark)) return value;
    const name = value.slice(mark.length);
    const text = env[name]?.trim() ?? "";
    if (text === "") this.missing.add(name);
    else this.values.add(text);
    return text === "" ? null : text;
  }
}
