import { ExitCode, MxError } from "@mx/cli";
import type { Trial } from "@mx/records";
import { canonicalJson } from "@mx/records/canonical-json";

/** What the trials of a group have in common: field -> value, null where a trial does not have it. */
export type Group = Record<string, string | null>;

/** The fields that trials are grouped by. */
export class GroupBy {
  readonly fields: readonly string[];
  readonly #paths: readonly string[][];
  #lastValues: unknown[] = [];
  #lastKey: string | null = null;

  /** `text`: fields of trial records with commas; a dot leads into a field (`meta.difficulty`). */
  constructor(text = "model,variant") {
    this.fields = text.split(",").map((field) => field.trim());
    if (this.fields.includes("") || new Set(this.fields).size < this.fields.length) {
      throw new MxError(`--by: ${JSON.stringify(text)} is no list of fields`, {
        code: "usage",
        exitCode: ExitCode.usage,
        hint: "such as --by model,variant or --by run_id or --by meta.difficulty",
      });
    }
    this.#paths = this.fields.map((field) => field.split("."));
  }

  /** A text that is the same for trials of one group, quickly: most trials are of the group of the one before. */
  key(trial: Trial): string {
    const values = trial as unknown as Record<string, unknown>;
    let same = this.#lastKey !== null;
    for (let index = 0; index < this.fields.length; index += 1) {
      const value = values[this.fields[index] as string];
      if (value === this.#lastValues[index] && value !== undefined) continue;
      this.#lastValues[index] = value;
      same = false;
    }
    if (same) return this.#lastKey as string;
    this.#lastKey = groupKey(this.#paths.map((path) => valueAt(trial, path)));
    return this.#lastKey;
  }

  group(trial: Trial): Group {
    return Object.fromEntries(
      this.fields.map((field, index) => [field, valueAt(trial, this.#paths[index] ?? [])]),
    );
  }
}

/** The key of a group with these values. */
export function groupKey(values: readonly (string | null)[]): string {
  return values.map((value) => value ?? "\u0001").join("\u0000");
}

function valueAt(trial: Trial, path: readonly string[]): string | null {
  let value: unknown = trial;
  for (const name of path) {
    const known = typeof value === "object" && value !== null && Object.hasOwn(value, name);
    value = known ? (value as Record<string, unknown>)[name] : null;
  }
  if (typeof value === "string") return value;
  return value === null || value === undefined ? null : canonicalJson(value);
}
