import type * as z from "zod";
import type { Command } from "./command.ts";
import { convertFlag } from "./convert-flag.ts";
import { flagOptions, frameFlags, type FlagOption, type FrameFlags } from "./flag-options.ts";
import { nearestName } from "./nearest-name.ts";
import { splitArguments, type Arguments } from "./split-arguments.ts";
import { usageError } from "./usage-error.ts";

/** A command line, checked. */
export interface Parsed {
  flags: Record<string, unknown> & FrameFlags;
  positionals: string[];
  rest: string[];
}

/** The flags that print something and end. */
const informing = ["help", "version", "schema", "completion"];

function checkNames(
  { name: program }: Command,
  options: readonly FlagOption[],
  { values }: Arguments,
): void {
  const known = new Set(options.map(({ name }) => name));
  for (const name of values.keys()) {
    if (known.has(name)) continue;
    if (name.length === 1) throw usageError(program, `unknown flag -${name}`);
    const near = nearestName(name, [...known, ...informing]);
    throw usageError(
      program,
      `unknown flag --${name}`,
      near === null ? undefined : `did you mean --${near}?`,
    );
  }
}

/** A flag's name where a value should be is a value that was forgotten; `--flag=--value` says that it was not. */
function checkForgotten(
  program: string,
  options: readonly FlagOption[],
  values: Map<string, unknown>,
  argv: readonly string[],
) {
  const names = new Set(
    [...options.map(({ name }) => name), ...informing].map((name) => `--${name}`),
  );
  for (const [name, value] of values) {
    if (typeof value !== "string" || !names.has(value) || argv.includes(`--${name}=${value}`))
      continue;
    throw usageError(
      program,
      `--${name} needs a value`,
      `for the value ${value}, write --${name}=${value}`,
    );
  }
}

function checkPositionals(command: Command, found: readonly string[]): void {
  const declared = command.positionals ?? [];
  const missing = declared.filter(({ required }) => required)[found.length];
  if (missing !== undefined) {
    throw usageError(command.name, `${missing.name.toUpperCase()} is missing: ${missing.describe}`);
  }
  if (found.length > declared.length && declared.at(-1)?.repeat !== true) {
    throw usageError(command.name, `unexpected argument ${JSON.stringify(found[declared.length])}`);
  }
}

/** Checks with zod, which has the last word. Errors name the flag or the variable that is wrong. */
function validate(
  program: string,
  schema: z.ZodObject,
  values: ReadonlyMap<string, unknown>,
  origins: ReadonlyMap<string, string>,
) {
  const own = Object.keys(schema.shape).filter((key) => values.has(key));
  const parsed = schema.safeParse(Object.fromEntries(own.map((key) => [key, values.get(key)])));
  const issue = parsed.error?.issues[0];
  if (issue === undefined) return parsed.data as Record<string, unknown>;
  const key = String(issue.path[0] ?? "");
  const origin = origins.get(key);
  if (origin === undefined) throw usageError(program, issue.message);
  if (issue.code === "invalid_type" && !values.has(key))
    throw usageError(program, `${origin} is missing`);
  const message = issue.message
    .replace(/^Invalid (input|option): /, "")
    .replace(/^Too (small|big): /, "");
  throw usageError(program, `${origin}: ${message}`);
}

/** Reads a command line and the variables that stand in for flags. Throws MxError 2 that names what is wrong. */
export function parseFlags(
  command: Command,
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
): Parsed {
  const { name: program } = command;
  const options = flagOptions(command);
  const read = splitArguments(program, argv, options);
  checkNames(command, options, read);
  checkForgotten(program, options, read.values, argv);
  const values = new Map<string, unknown>();
  const origins = new Map<string, string>();
  for (const option of options) {
    const text = option.kind === "pairs" ? undefined : env[option.env];
    const useVariable = !read.values.has(option.name) && text !== undefined && text !== "";
    const origin = useVariable ? option.env : `--${option.name}`;
    origins.set(option.key, origin);
    const listed = option.repeat ? text?.split(",").filter((part) => part !== "") : text;
    const given = useVariable ? listed : read.values.get(option.name);
    if (given !== undefined) values.set(option.key, convertFlag(program, option, given, origin));
  }
  // As everywhere, -- ends the flags; it also begins a command line of its own where one is expected.
  const isRest = command.rest !== undefined || (command.positionals ?? []).length === 0;
  const positionals = isRest ? read.positionals : [...read.positionals, ...(read.rest ?? [])];
  if (isRest && command.rest === undefined && read.rest !== null) {
    throw usageError(program, "arguments after `--` are not expected here");
  }
  checkPositionals(command, positionals);
  const frame = frameFlags(command).map((option) => [
    option.key,
    values.get(option.key) ?? option.default,
  ]);
  const flags = validate(program, command.flags as z.ZodObject, values, origins);
  return {
    flags: { ...(Object.fromEntries(frame) as FrameFlags), ...flags },
    positionals,
    rest: isRest ? (read.rest ?? []) : [],
  };
}
