import * as z from "zod";
import type { Command } from "./command.ts";

/** One flag, as zod describes it. */
export interface FlagOption {
  /** Name in code: camelCase. */
  key: string;
  /** Name on the command line: kebab-case. */
  name: string;
  letter: string | null;
  /** What its text becomes; `mixed` is a number where it looks like one, `pairs` is `--flag.NAME=VALUE`. */
  kind: "boolean" | "number" | "string" | "mixed" | "pairs";
  repeat: boolean;
  choices: string[] | null;
  describe: string;
  default: unknown;
  /** Variable that sets the flag where the command line does not. */
  env: string;
}

interface Schema {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  items?: Schema;
  description?: string;
  default?: unknown;
}

function kebab(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Name of the variable for a flag of a program: `MX_SANDBOX_MAX_TURNS`. */
export function variableName(program: string, flag: string): string {
  return `${program}_${flag}`.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_");
}

function kindOf(schema: Schema): FlagOption["kind"] {
  if (schema.type === "object") return "pairs";
  const kinds = new Set((schema.anyOf ?? [schema]).map(({ type }) => type));
  const isNumber = kinds.has("number") || kinds.has("integer");
  if (kinds.size === 1 && kinds.has("boolean")) return "boolean";
  if (!isNumber) return "string";
  return kinds.has("string") || kinds.has("boolean") ? "mixed" : "number";
}

/** What the frame itself reads from the command line. */
export interface FrameFlags {
  /** `auto`, `ndjson`, `table`, or another of the command's `formats`. */
  format?: string;
  onBadRecord?: "fail" | "skip";
  quiet: boolean;
}

const frameOptions = {
  format: {
    choices: ["auto", "table", "ndjson"],
    describe: "auto: a table on a terminal, records in a pipe",
    default: "auto",
  },
  onBadRecord: {
    choices: ["fail", "skip"],
    describe: "what to do with a line that is no record: end with 65, or leave it out and count it",
    default: "fail",
  },
  quiet: { choices: null, describe: "no progress on stderr", default: false },
};

/** The options of the frame; `format` and `on-bad-record` only where they mean something. Not made by zod: it takes time. */
export function frameFlags({ name: program, render, reads, formats }: Command): FlagOption[] {
  return Object.entries(frameOptions)
    .filter(
      ([key]) =>
        (key !== "format" || render !== undefined) &&
        (key !== "onBadRecord" || reads !== undefined),
    )
    .map(([key, option]) => ({
      key,
      name: kebab(key),
      letter: null,
      repeat: false,
      ...option,
      choices: key === "format" ? ["auto", "table", ...(formats ?? []), "ndjson"] : option.choices,
      kind: option.choices === null ? "boolean" : "string",
      env: variableName(program, kebab(key)),
    }));
}

/** The options of a command, its own before those of the frame. */
export function flagOptions(command: Command): FlagOption[] {
  const letters = new Map(
    Object.entries(command.aliases ?? {}).map(([letter, key]) => [key, letter]),
  );
  const schema = z.toJSONSchema(command.flags as z.ZodObject, { io: "input" });
  const properties = (schema.properties ?? {}) as Record<string, Schema>;
  const own = Object.entries(properties).map(([key, property]): FlagOption => {
    const repeat = property.type === "array";
    const value = repeat ? (property.items ?? {}) : property;
    const choices = value.enum ?? (value.const === undefined ? null : [value.const]);
    return {
      key,
      name: kebab(key),
      letter: letters.get(key) ?? null,
      kind: kindOf(value),
      repeat,
      choices: choices?.map(String) ?? null,
      describe: property.description ?? "",
      default: property.default,
      env: variableName(command.name, kebab(key)),
    };
  });
  return [...own, ...frameFlags(command)];
}
