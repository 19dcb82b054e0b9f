import { parse, TomlError } from "smol-toml";
import type { MxError } from "@mx/cli";
import { objectOf, type JsonObject } from "../json-value.ts";
import { taskError } from "./task-error.ts";

const hint = "correct it, or pass --on-bad-record skip to leave such tasks out";

/**
 * A table of a TOML file whose keys are asked for one by one. What is never asked for is left, and what has the wrong
 * type is an MxError 65 that names file and line.
 */
export class TomlSection {
  readonly #values: JsonObject;
  readonly #path: readonly string[];
  readonly #source: { file: string; text: string };
  readonly #asked = new Set<string>();

  private constructor(
    values: JsonObject,
    path: readonly string[],
    source: { file: string; text: string },
  ) {
    this.#values = values;
    this.#path = path;
    this.#source = source;
  }

  /** Reads a file. Throws MxError 65 that names file and line. */
  static read(file: string, text: string): TomlSection {
    try {
      return new TomlSection(plain(parse(text)) as JsonObject, [], { file, text });
    } catch (error) {
      if (!(error instanceof TomlError)) throw error;
      const why = error.message.split("\n")[0]?.replace(/^Invalid TOML document: /, "");
      throw taskError(`${file}:${error.line}`, `not TOML: ${why}`, hint);
    }
  }

  text(key: string): string | undefined {
    return this.#get(key, "a text", (value) => typeof value === "string");
  }

  number(key: string): number | undefined {
    const isNumber = (value: unknown) => typeof value === "number" && value >= 0;
    return this.#get(key, "a number from 0 up", isNumber);
  }

  flag(key: string): boolean | undefined {
    return this.#get(key, "true or false", (value) => typeof value === "boolean");
  }

  list(key: string): unknown[] | undefined {
    return this.#get(key, "a list", (value) => Array.isArray(value));
  }

  /** Whatever it is. */
  any(key: string): unknown {
    return this.#get(key, "", () => true);
  }

  /** A table of texts; numbers count as such. */
  texts(key: string): Record<string, string> {
    const isText = (value: unknown) => typeof value === "string" || typeof value === "number";
    const table = this.#get<JsonObject>(key, "a table of texts", (value) =>
      Object.values(objectOf(value) ?? { not: null }).every(isText),
    );
    return Object.fromEntries(
      Object.entries(table ?? {}).map(([name, value]) => [name, String(value)]),
    );
  }

  /** A table, empty where there is none. */
  table(key: string): TomlSection {
    const table = this.#get<JsonObject>(key, "a table", (value) => objectOf(value) !== null);
    return new TomlSection(table ?? {}, [...this.#path, key], this.#source);
  }

  /** What nobody has asked for. */
  rest(): JsonObject {
    return Object.fromEntries(
      Object.entries(this.#values).filter(([key]) => !this.#asked.has(key)),
    );
  }

  /** The error for a key. */
  error(key: string, why: string): MxError {
    const name = [...this.#path, key].join(".");
    const { file, text } = this.#source;
    return taskError(`${file}:${lineOf(text, this.#path.join("."), key)}`, `${name}: ${why}`, hint);
  }

  #get<T>(key: string, what: string, isGood: (value: unknown) => boolean): T | undefined {
    this.#asked.add(key);
    const value = Object.hasOwn(this.#values, key) ? this.#values[key] : undefined;
    if (value === undefined || isGood(value)) return value as T | undefined;
    throw this.error(key, `expected ${what}`);
  }
}

/** Number of the line that sets a key; that of its table's head, or 1, where it is not found. */
function lineOf(text: string, table: string, key: string): number {
  let at = "";
  let head = 1;
  for (const [index, line] of text.split("\n").entries()) {
    const name = /^\s*\[\[?\s*([^\]]+?)\s*\]\]?/.exec(line)?.[1]?.replaceAll(/["'\s]/g, "");
    if (name !== undefined) at = name;
    const isHead = name === table || name === [table, key].filter(Boolean).join(".");
    if (isHead) head = index + 1;
    const set = /^\s*["']?([\w-]+)["']?\s*=/.exec(line)?.[1];
    if (at === table && set === key) return index + 1;
  }
  return head;
}

/** Dates as text, and whole numbers as numbers: what JSON can hold. */
function plain(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
}
