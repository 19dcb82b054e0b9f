import { recordTypes } from "@mx/records";
import { runsItself, type Command } from "./command.ts";
import { flagOptions } from "./flag-options.ts";

const general = ["--help", "--version", "--schema", "--completion"];

/** Most people's .zshrc has run compinit, which takes a while; bashcompinit brings `complete` and `compgen`. */
const zshStart =
  "(( $+functions[compdef] )) || { autoload -U +X compinit && compinit }; autoload -U +X bashcompinit && bashcompinit";

/** Words for a shell: quoted, so that nothing in them is expanded. */
function quote(words: readonly string[]): string {
  return `'${words.join(" ").replaceAll("'", "")}'`;
}

/** The branches of a `case` over what stands before the cursor, for one command. */
function valueCases(command: Command): string[] {
  const options = flagOptions(command).filter(({ kind }) => kind !== "boolean");
  const names = ({ name, letter }: (typeof options)[number]) =>
    letter === null ? `--${name}` : `--${name}|-${letter}`;
  const chosen = options
    .filter(({ choices }) => choices !== null)
    .map((option) => `      ${names(option)}) words=${quote(option.choices ?? [])} ;;`);
  const free = options.filter(({ choices }) => choices === null).map(names);
  return free.length === 0 ? chosen : [...chosen, `      ${free.join("|")}) files=1 ;;`];
}

function branch(pattern: string, command: Command): string[] {
  const flags = flagOptions(command).map(({ name }) => `--${name}`);
  return [
    `  ${pattern})`,
    `    flags=${quote([...flags, ...general])}`,
    '    case "$previous" in',
    ...valueCases(command),
    "    esac ;;",
  ];
}

/**
 * A script that completes the command's subcommands, flags and their choices in bash; zsh runs it through its
 * bashcompinit. What takes free text is completed as a file's name.
 */
export function completionScript(command: Command, shell: "bash" | "zsh"): string {
  const name = `_${command.name.replaceAll(/[^a-z0-9]/g, "_")}`;
  const subcommands = Object.entries(command.subcommands ?? {});
  const branches =
    subcommands.length === 0
      ? branch("*", command)
      : [
          ...subcommands.flatMap(([sub, spec]) => branch(sub, spec)),
          ...(runsItself(command) ? branch("*", command) : [`  *) flags=${quote(general)} ;;`]),
        ];
  const lines = [
    ...(shell === "zsh" ? [zshStart] : []),
    `${name}() {`,
    '  local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" flags="" words="" files=""',
    // bash takes `--flag=value` for three words.
    '  if [[ "$current" == "=" ]]; then current="";',
    '  elif [[ "$previous" == "=" ]]; then previous="${COMP_WORDS[COMP_CWORD-2]}"; fi',
    '  case "${COMP_WORDS[1]}" in',
    ...branches,
    "  esac",
    ...(subcommands.length === 0
      ? []
      : [
          `  [[ $COMP_CWORD == 1 && "$current" != -* ]] && words="$words "${quote(subcommands.map(([sub]) => sub))}`,
        ]),
    '  case "$previous" in',
    '    --completion) words="bash zsh" ;;',
    `    --schema) words=${quote(Object.keys(recordTypes))} ;;`,
    "  esac",
    '  if [[ -n "$words" && "$current" != -* ]]; then COMPREPLY=($(compgen -W "$words" -- "$current"))',
    '  elif [[ -z "$files" && "$current" == -* ]]; then COMPREPLY=($(compgen -W "$flags" -- "$current"))',
    '  else COMPREPLY=($(compgen -f -- "$current")); fi',
    "}",
    `complete -o filenames -F ${name} ${command.name}`,
  ];
  return `${lines.join("\n")}\n`;
}
