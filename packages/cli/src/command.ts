import type { AnyRecord, RecordName } from "@mx/records";
import * as z from "zod";
import { ExitCode, MxError } from "./errors.ts";
import type { Progress } from "./progress.ts";

/** What the frame gives to a running command, besides its records and flags. */
export interface RunContext {
  /** Arguments that are no flags, as the command declares them. */
  positionals: string[];
  /** ARGV after `--`. */
  rest: string[];
  /** Aborts at the first SIGINT or SIGTERM, and when nobody reads stdout any more: take no new work, end cleanly. */
  stop: AbortSignal;
  /** Aborts at the second signal: end at once. */
  abort: AbortSignal;
  env: NodeJS.ProcessEnv;
  /** True where stdout is a terminal. */
  isTerminal: boolean;
  /** Width of that terminal; undefined where there is none. */
  columns: number | undefined;
  /** The whole command line, the program's name first. */
  argv: string[];
  /** Version of mx. */
  version: string;
  /** One line for people, on stderr, also with --quiet. */
  note: (text: string) => void;
  progress: Progress;
  /** The records on stdin: the same that `run` gets. stdin is not touched before the first is asked for. */
  input: () => AsyncIterable<AnyRecord>;
  /** Writes to stdout as it is, for programs whose output is text. Resolves when the reader can take more. */
  writeText: (text: string) => Promise<void>;
  /** Has `stop` abort when the reader of stdout has gone also while nothing is written, which may be for hours. */
  watchReader: () => Promise<void>;
  /** Asks a person and gives the answer; null where nobody can be asked: stdin or stderr is no terminal. */
  ask: ((question: string) => Promise<string>) | null;
}

export interface Positional {
  name: string;
  describe: string;
  required?: boolean;
  /** The last one may come several times. */
  repeat?: boolean;
}

type Records = AsyncIterable<AnyRecord>;

/** What every command has, with or without subcommands. */
interface CommandBase {
  /** The program's name; that of a subcommand may stand alone (`list`) or after its program's (`mx-results list`). */
  name: string;
  /** One sentence. */
  summary: string;
  description?: string;
  /** Command lines with what they do. */
  examples?: [commandLine: string, what: string][];
}

/** A command as data: the frame makes its flags, help, input, output, errors and exit code from it. */
export interface CommandSpec<F extends z.ZodObject> extends CommandBase {
  /** camelCase here is kebab-case on the command line; `.describe()` is the help text. */
  flags: F;
  /** One letter -> name of a flag. */
  aliases?: Record<string, keyof z.infer<F> & string>;
  positionals?: Positional[];
  /** Says what ARGV after `--` is; without it, ARGV after `--` are positionals, where there are any. */
  rest?: string;
  /** Record types that are checked as they come in; others pass. */
  reads?: RecordName[];
  /** True where no record that is read is written again: they need not remember their lines then, which takes time. */
  forgets?: (flags: z.infer<F>, context: { isTerminal: boolean }) => boolean;
  /** Record types that are checked as they go out. */
  writes?: RecordName[];
  subcommands?: Record<string, Command>;
  /** A signal that ends the command at once: it goes to all processes of a job, so that nothing in flight is whole. */
  hurriesOn?: "SIGTERM";
  /** What `render` can make besides a table, for --format. */
  formats?: readonly string[];
  /** What a terminal shows in place of records; also with `--format table`. */
  render?: (records: Records, flags: z.infer<F>, context: RunContext) => AsyncIterable<string>;
  /** The work. A number that is returned is the exit code. */
  run: (
    records: Records,
    flags: z.infer<F>,
    context: RunContext,
  ) => AsyncGenerator<AnyRecord, number | void> | Promise<number | void>;
}

/** A program that only has subcommands. */
export interface ProgramSpec extends CommandBase {
  subcommands: Record<string, Command>;
}

/** True where a command does something itself: all but programs that only have subcommands. */
export function runsItself({ subcommands, positionals }: Command): boolean {
  return subcommands === undefined || positionals !== undefined;
}

/** A command of any flags. */
// oxlint-disable-next-line typescript/no-explicit-any -- its flags are checked where it is defined
export type Command = CommandSpec<any>;

/** Types a command by its flags. */
export function defineCommand<F extends z.ZodObject>(spec: CommandSpec<F> | ProgramSpec): Command {
  if ("run" in spec) return spec;
  return {
    ...spec,
    flags: z.object({}),
    run: () => {
      throw new MxError("a command is missing", {
        code: "usage",
        exitCode: ExitCode.usage,
        hint: `one of: ${Object.keys(spec.subcommands).join(", ")}`,
      });
    },
  };
}
