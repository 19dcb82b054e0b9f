import type { FlagOption } from "./flag-options.ts";
import { usageError } from "./usage-error.ts";

const isNumber = (text: string) => /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text.trim());

/** The value of a flag as its schema wants it. `from` is the flag or the variable that the text was given by. */
export function convertFlag(
  program: string,
  option: FlagOption,
  given: unknown,
  from: string,
): unknown {
  if (option.kind === "pairs") {
    if (typeof given === "object" && !Array.isArray(given)) return given;
    throw usageError(program, `${from} needs a name`, `write ${from}.NAME=VALUE`);
  }
  if (option.repeat) {
    const items: unknown[] = Array.isArray(given) ? given : [given];
    return items.map((item) => convert(program, option, item, from));
  }
  // The last one wins, so that a Makefile's flags can be overridden.
  return convert(program, option, Array.isArray(given) ? given.at(-1) : given, from);
}

function convert(program: string, option: FlagOption, text: unknown, from: string): unknown {
  if (option.kind === "boolean") {
    if (text === true || text === "true" || text === "1") return true;
    if (text === false || text === "false" || text === "0") return false;
    throw usageError(program, `${from}: expected true or false, not ${JSON.stringify(text)}`);
  }
  if (typeof text !== "string" || (text === "" && option.kind !== "string")) {
    throw usageError(program, `${from} needs a value`);
  }
  if (option.choices !== null && !option.choices.includes(text)) {
    throw usageError(
      program,
      `${from}: expected ${option.choices.join(" or ")}, not ${JSON.stringify(text)}`,
    );
  }
  if (option.kind === "string") return text;
  const value = Number(text);
  if (isNumber(text) && Number.isFinite(value)) return value;
  if (option.kind === "mixed") return text;
  throw usageError(program, `${from}: expected a number, not ${JSON.stringify(text)}`);
}
