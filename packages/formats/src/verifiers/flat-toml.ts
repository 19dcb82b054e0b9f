import type { JsonObject } from "../json-value.ts";

/**
 * The plain settings of a TOML file: tables, and the texts, numbers and booleans in them that stand on one line.
 * Enough for what a config.toml says about a plan; lists, dates and texts over several lines are left out.
 */
export function flatToml(text: string): JsonObject {
  const root: JsonObject = {};
  let table: JsonObject | null = root;
  for (const line of text.split("\n")) {
    const header = /^\s*\[([\w.-]+)\]\s*(?:#.*)?$/.exec(line);
    if (header !== null) table = tableOf(root, header[1]!.split("."));
    else if (/^\s*\[/.test(line)) table = null;
    const entry = /^\s*([\w-]+)\s*=\s*("(?:[^"\\]|\\.)*"|'[^']*'|[\w.+-]+)\s*(?:#.*)?$/.exec(line);
    const value = entry === null ? undefined : scalar(entry[2]!);
    if (table !== null && entry !== null && value !== undefined) table[entry[1]!] = value;
  }
  return root;
}

function tableOf(root: JsonObject, path: string[]): JsonObject {
  let table = root;
  for (const name of path) {
    const there = Object.hasOwn(table, name) ? table[name] : undefined;
    const next = typeof there === "object" ? (there as JsonObject) : {};
    Object.defineProperty(table, name, { value: next, enumerable: true, configurable: true });
    table = next;
  }
  return table;
}

function scalar(text: string): unknown {
  if (text.startsWith("'")) return text.slice(1, -1);
  try {
    // The basic texts of TOML are those of JSON but for \U, and so are its numbers but for their underscores.
    const value: unknown = JSON.parse(text.startsWith('"') ? text : text.replaceAll("_", ""));
    return typeof value === "object" ? undefined : value;
  } catch {
    return undefined;
  }
}
