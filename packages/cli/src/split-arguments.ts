import { Parser } from "yargs/helpers";
import type { FlagOption } from "./flag-options.ts";
import { usageError } from "./usage-error.ts";

/** A command line taken apart, nothing converted yet. */
export interface Arguments {
  /** By name on the command line; strings, booleans, arrays of what came several times, or pairs of names and values. */
  values: Map<string, unknown>;
  positionals: string[];
  /** What came after `--`; null where there was none. */
  rest: string[] | null;
}

/** `--flag=1` of a boolean flag as `--flag=true`: yargs takes all but `true` for false, and so for the contrary. */
function spellBooleans(
  program: string,
  argv: readonly string[],
  options: readonly FlagOption[],
): string[] {
  const kinds = new Map(options.map(({ name, kind }) => [`--${name}`, kind]));
  return argv.map((argument, index) => {
    const [, flag = "", value = ""] = /^(--[^=]+)=([\s\S]*)$/.exec(argument) ?? [];
    const before = kinds.get(argv[index - 1] ?? "") ?? "boolean";
    // What follows a flag that has a value is its value, whatever it looks like.
    if (kinds.get(flag) !== "boolean" || before !== "boolean") return argument;
    if (value === "1" || value === "0") return `${flag}=${value === "1"}`;
    if (value === "true" || value === "false") return argument;
    throw usageError(program, `${flag}: expected true or false, not ${JSON.stringify(value)}`);
  });
}

/** Takes `--flag.NAME=VALUE` and `--flag.NAME VALUE` out of a command line; of two with one name the last wins. */
function takePairs(
  program: string,
  argv: readonly string[],
  options: readonly FlagOption[],
): { others: string[]; pairs: Map<string, Record<string, string>> } {
  const kinds = new Map(options.map(({ name, kind }) => [name, kind]));
  const others: string[] = [];
  const pairs = new Map<string, Record<string, string>>();
  for (let at = 0; at < argv.length; at += 1) {
    const argument = argv[at] as string;
    const before = kinds.get(/^--([^=]+)$/.exec(others.at(-1) ?? "")?.[1] ?? "") ?? "boolean";
    const [, flag = "", name = "", equals] = /^--([^.=]+)\.([^=]+)(=)?/.exec(argument) ?? [];
    if (kinds.get(flag) !== "pairs" || before !== "boolean") {
      others.push(argument);
      continue;
    }
    const value = equals === undefined ? argv[at + 1] : argument.slice(argument.indexOf("=") + 1);
    if (value === undefined) throw usageError(program, `--${flag}.${name} needs a value`);
    if (equals === undefined) at += 1;
    pairs.set(flag, { ...pairs.get(flag), [name]: value });
  }
  return { others, pairs };
}

/** Takes a command line apart with yargs' parser. A flag that has a value takes what comes next, as getopt does. */
export function splitArguments(
  program: string,
  argv: readonly string[],
  options: readonly FlagOption[],
): Arguments {
  const end = argv.indexOf("--");
  const own = end < 0 ? argv : argv.slice(0, end);
  const { others, pairs } = takePairs(program, own, options);
  const valued = options.filter(({ kind }) => kind !== "boolean").map(({ name }) => name);
  const { argv: read, error } = Parser.detailed(spellBooleans(program, others, options), {
    string: valued,
    narg: Object.fromEntries(valued.map((name) => [name, 1])),
    boolean: options.filter(({ kind }) => kind === "boolean").map(({ name }) => name),
    alias: Object.fromEntries(
      options.flatMap(({ name, letter }) => (letter === null ? [] : [[name, [letter]]])),
    ),
    configuration: {
      "camel-case-expansion": false,
      "dot-notation": false,
      "nargs-eats-options": true,
      "parse-numbers": false,
      "parse-positional-numbers": false,
      "strip-aliased": true,
    },
  });
  if (error !== null) {
    const name = /^Not enough arguments following: (.+)$/.exec(error.message)?.[1];
    const flag = name === undefined || name.length > 1 ? `--${name}` : `-${name}`;
    throw usageError(program, name === undefined ? error.message : `${flag} needs a value`);
  }
  const { _: positionals, ...values } = read;
  return {
    values: new Map<string, unknown>([...Object.entries(values), ...pairs]),
    positionals: positionals.map(String),
    rest: end < 0 ? null : argv.slice(end + 1),
  };
}
