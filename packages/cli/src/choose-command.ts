import { existsSync } from "node:fs";
import { runsItself, type Command } from "./command.ts";
import { nearestName } from "./nearest-name.ts";
import { usageError } from "./usage-error.ts";

/** A command and its part of the command line. */
export interface Chosen {
  command: Command;
  argv: string[];
}

/** The subcommand that the first argument names, where the program has any. */
export function chooseCommand(program: Command, argv: string[]): Chosen {
  const { subcommands } = program;
  const [first] = argv;
  if (subcommands === undefined || first === undefined || first.startsWith("-")) {
    return { command: program, argv };
  }
  const command = Object.hasOwn(subcommands, first) ? subcommands[first] : undefined;
  if (command === undefined) {
    // A program that takes arguments of its own has got one; a file's name may be anything.
    const isMistyped = nearestName(first, Object.keys(subcommands)) !== null && !existsSync(first);
    if (runsItself(program) && !isMistyped) return { command: program, argv };
    throw unknownCommand(program, first);
  }
  // Its own name may be short; what people type, and what its variables begin with, is the whole.
  const name = `${program.name} ${first}`;
  return chooseCommand({ ...command, name }, argv.slice(1));
}

function unknownCommand({ name, subcommands = {} }: Command, given: string) {
  const names = Object.keys(subcommands);
  const near = nearestName(given, names);
  const hint = near === null ? `one of: ${names.join(", ")}` : `did you mean ${near}?`;
  return usageError(name, `unknown command ${JSON.stringify(given)}`, hint);
}
