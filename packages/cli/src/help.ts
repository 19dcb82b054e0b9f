import { runsItself, type Command } from "./command.ts";
import { flagOptions, variableName, type FlagOption } from "./flag-options.ts";
import { wrapText } from "./wrap-text.ts";

const narrowest = 60;
const widest = 100;

const exitCodes = [
  "0 done",
  "1 a gate failed",
  "2 usage",
  "65 bad input",
  "69 a service cannot be reached",
  "70 a bug in mx",
  "75 trials are still owed",
  "130/143 a signal",
];

type Row = [left: string, text: string];

/** What every program has; a subcommand is completed with its program. */
const generalFlags = (program: string): Row[] => [
  ["  -h, --help", "this text"],
  ["      --version", "the version of mx"],
  ["      --schema TYPE", "the JSON Schema of a record type"],
  ["      --completion bash|zsh", `a completion script: eval "$(${program} --completion bash)"`],
];

function usage(command: Command): string {
  const toCommand = `${command.name} COMMAND [FLAGS]`;
  if (!runsItself(command)) return toCommand;
  const positionals = (command.positionals ?? []).map(({ name, required, repeat }) => {
    const shown = `${name.toUpperCase()}${repeat ? "…" : ""}`;
    return required ? shown : `[${shown}]`;
  });
  const rest = command.rest === undefined ? [] : ["[-- ARGV…]"];
  const own = [command.name, "[FLAGS]", ...positionals, ...rest].join(" ");
  return command.subcommands === undefined ? own : `${own}\n       ${toCommand}`;
}

function flagRow(option: FlagOption): Row {
  const letter = option.letter === null ? "    " : `-${option.letter}, `;
  const values = {
    boolean: "",
    number: " N",
    string: " TEXT",
    mixed: " VALUE",
    pairs: ".NAME=VALUE …",
  };
  const value = option.choices === null ? values[option.kind] : ` ${option.choices.join("|")}`;
  const left = `  ${letter}--${option.name}${value}${option.repeat ? " …" : ""}`;
  return [left, `${option.describe}${fallback(option)}`];
}

function fallback(option: FlagOption): string {
  const { default: value } = option;
  if (value === undefined || value === false || option.kind === "pairs") return "";
  if (Array.isArray(value) && value.length === 0) return "";
  if (value === true) return ` [yes; --no-${option.name} turns it off]`;
  return ` [${typeof value === "string" ? value : JSON.stringify(value).replaceAll(/[[\]"]/g, "")}]`;
}

/** A titled list: names on the left, what they are on the right, below each other where a name is long. */
function section(title: string, rows: Row[], most: number, width: number): string {
  const column = Math.min(most, Math.max(...rows.map(([left]) => left.length)) + 2);
  const entries = rows.map(([left, text]) => {
    const block = wrapText(text, width, " ".repeat(column));
    return left.length + 2 <= column
      ? (left + block.slice(left.length)).trimEnd()
      : `${left}\n${block}`;
  });
  return [`${title}:`, ...entries].join("\n");
}

/** The --help of a command, for a terminal of `columns`; 100 wide where that is not known. */
export function helpText(command: Command, columns: number | undefined): string {
  const width = Math.min(widest, Math.max(narrowest, columns ?? widest));
  const parts = [`Usage: ${usage(command)}`, wrapText(command.summary, width)];
  if (command.description !== undefined) parts.push(wrapText(command.description, width));
  const { subcommands, positionals = [], rest, examples = [] } = command;
  if (subcommands !== undefined) {
    const rows = Object.entries(subcommands).map(([name, sub]): Row => [`  ${name}`, sub.summary]);
    parts.push(section("Commands", rows, 30, width));
    parts.push(`${command.name} COMMAND --help says more about one.`);
  }
  const named: Row[] = positionals.map(({ name, describe }) => [
    `  ${name.toUpperCase()}`,
    describe,
  ]);
  if (rest !== undefined) named.push(["  -- ARGV…", rest]);
  if (named.length > 0) parts.push(section("Arguments", named, 30, width));
  if (runsItself(command)) {
    parts.push(section("Flags", flagOptions(command).map(flagRow), 34, width));
  }
  parts.push(
    section("Every program has", generalFlags(command.name.split(" ")[0] ?? ""), 34, width),
  );
  if (examples.length > 0) {
    parts.push(
      ["Examples:", ...examples.map(([line, what]) => `  # ${what}\n  ${line}`)].join("\n"),
    );
  }
  if (runsItself(command)) {
    const variable = variableName(command.name, "quiet");
    parts.push(
      wrapText(
        `A flag that is not given is taken from a variable, as in ${variable}=true; commas separate several values.`,
        width,
      ),
    );
  }
  // A code and what it means stay on one line.
  const codes = exitCodes.map((code) => code.replaceAll(" ", "\u00a0")).join(" · ");
  parts.push(wrapText(`Exit codes: ${codes}.`, width).replaceAll("\u00a0", " "));
  return `${parts.join("\n\n")}\n`;
}
