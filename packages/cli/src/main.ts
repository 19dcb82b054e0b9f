import { setFlagsFromString } from "node:v8";
import { chooseCommand } from "./choose-command.ts";
import type { Command } from "./command.ts";
import { endProcess } from "./end-process.ts";
import { errorStream } from "./error-stream.ts";
import { ExitCode } from "./errors.ts";
import { informationText } from "./information-text.ts";
import { parseFlags } from "./parse-flags.ts";
import { reportError } from "./report-error.ts";
import { runCommand } from "./run-command.ts";
import { Signals } from "./signals.ts";

/**
 * Keeps V8's nursery at its first size. What a stream of records leaves behind is garbage at once, so that a larger
 * one saves no time; it costs 35 MB in each program of a pipe, and time in every fork. (A flag on node's command
 * line would do the same, and make it start 25 ms later, without its own code cache.)
 */
const keepNurserySmall = () => setFlagsFromString("--semi-space-growth-factor=1");

/** How long handles that a command left open may keep the process after its work is done. */
const lingerMs = 1_000;

/**
 * Runs a program: reads its command line, runs its command on stdin and stdout, and sets the exit code. Call it
 * once, as the last thing.
 */
export async function main(program: Command): Promise<void> {
  using signals = new Signals();
  let name = program.name;
  const report = (error: unknown): number => {
    const { text, exitCode } = reportError(name, error, process.env);
    errorStream().write(text);
    return exitCode;
  };
  const onUncaught = (error: unknown) => {
    process.exitCode = report(error);
    signals.stop.abort();
    signals.abort.abort();
    setTimeout(() => endProcess(), lingerMs);
  };
  // Node would end with 13 and without a word where a promise that is waited for can no longer settle.
  const onDeadlock = () => {
    report(new Error("nothing is left that the program could wait for"));
    endProcess(ExitCode.bug);
  };
  process.on("uncaughtException", onUncaught).on("beforeExit", onDeadlock);
  let exitCode: number;
  try {
    const { command, argv } = chooseCommand(program, process.argv.slice(2));
    name = command.name;
    const text = await informationText(program, command, argv);
    if (text !== null) {
      process.stdout.on("error", () => {}).write(text);
      exitCode = ExitCode.ok;
    } else {
      const parsed = parseFlags(command, argv, process.env);
      keepNurserySmall();
      signals.hurriesOn = command.hurriesOn;
      exitCode = await runCommand(command, parsed, signals);
    }
  } catch (error) {
    exitCode = report(error);
  }
  process.off("beforeExit", onDeadlock);
  // Not process.exit(): what is still on its way to a pipe would be lost.
  process.exitCode = process.exitCode ?? signals.exitCode ?? exitCode;
  setTimeout(() => endProcess(), lingerMs).unref();
}
