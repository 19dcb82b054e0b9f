import { isatty } from "node:tty";
import { ask } from "./ask.ts";
import { errorStream } from "./error-stream.ts";
import { ExitCode, MxError } from "./errors.ts";
import type { Command, RunContext } from "./command.ts";
import { LeftOut } from "./left-out.ts";
import type { Parsed } from "./parse-flags.ts";
import { StderrProgress } from "./progress.ts";
import { quickTypes } from "./quick-types.ts";
import { writeRecords, writeRendered, type Work } from "./record-output.ts";
import type { Signals } from "./signals.ts";
import { StdinRecords } from "./stdin-records.ts";
import { TextWriter } from "./text-writer.ts";
import { version } from "./version.ts";

function isWork(value: object): value is Work {
  return Symbol.asyncIterator in value;
}

/** Runs a command on stdin and stdout; the exit code that it asks for. Throws what it throws. */
export async function runCommand(
  command: Command,
  parsed: Parsed,
  signals: Signals,
): Promise<number> {
  const { flags, positionals, rest } = parsed;
  const { stdout, env } = process;
  const progress = new StderrProgress(command.name, errorStream, flags.quiet);
  const note = (text: string) => {
    progress.clear();
    errorStream().write(`${command.name}: ${text}\n`);
  };
  const writer = new TextWriter(stdout, stdout.isTTY ? () => progress.clear() : undefined);
  // Nobody reads any more: no new work is worth taking. What is in flight ends, and the program with it.
  stdout.once("error", () => signals.stop.abort());
  const leftOut = new LeftOut();
  const records = new StdinRecords({
    stop: signals.stop.signal,
    known: () => quickTypes(command.reads),
    forget: command.forgets?.(flags, { isTerminal: stdout.isTTY === true }) === true,
    ...(flags.onBadRecord === "skip" ? { onBadRecord: leftOut.add } : {}),
    onTerminal: () => note("reading records from the terminal; Ctrl-D ends them"),
  });
  const context: RunContext = {
    positionals,
    rest,
    env,
    version,
    note,
    progress,
    stop: signals.stop.signal,
    abort: signals.abort.signal,
    isTerminal: stdout.isTTY === true,
    columns: stdout.isTTY ? stdout.columns : undefined,
    argv: [command.name.split(" ")[0] ?? "", ...process.argv.slice(2)],
    input: () => records,
    writeText: async (text) => writer.write(text),
    watchReader: async () => {
      // Loaded here: most programs write often enough to hear of it.
      const { watchReader } = await import("./watch-reader.ts");
      watchReader(1, () => signals.stop.abort());
    },
    ask: canAsk()
      ? (question) => {
          progress.clear();
          return ask(question, signals.stop.signal);
        }
      : null,
  };
  let result: number | void = undefined;
  try {
    const work = command.run(records, flags, context);
    const format = flags.format === "auto" && context.isTerminal ? "table" : flags.format;
    if (!isWork(work)) {
      result = await work;
    } else if (command.render !== undefined && format !== "auto" && format !== "ndjson") {
      const { render } = command;
      const shown = { ...flags, format };
      result = await writeRendered(work, writer, (records) => render(records, shown, context));
    } else {
      result = await writeRecords(work, writer, () => quickTypes(command.writes));
    }
    progress.stop();
    await writer.end();
  } catch (error) {
    progress.stop();
    // What was written before the failure is the reader's.
    await writer.end().catch(() => {});
    const ending = toReport(error, writer.failure, signals);
    if (ending !== null) throw ending;
  } finally {
    records.close();
    leftOut.tell(note);
  }
  return result ?? ExitCode.ok;
}

/** Not by process.stdin, which costs more than the question whether it is a terminal. */
function canAsk(): boolean {
  return isatty(0) && isatty(2);
}

/** The error to report, null for those that only say that the program was told to end. */
function toReport(error: unknown, failure: Error | null, { stop }: Signals): unknown {
  if (failure === null || error !== failure) {
    const isAbort = error instanceof Error && error.name === "AbortError";
    return isAbort && stop.signal.aborted ? null : error;
  }
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "EPIPE") return null;
  return new MxError(`stdout cannot be written: ${message}`, {
    code: "stdout_unwritable",
    exitCode: ExitCode.unavailable,
    cause: error,
  });
}
