import { spawn } from "node:child_process";
import { constants } from "node:os";
import { isatty } from "node:tty";

export interface ChildOptions {
  env: NodeJS.ProcessEnv;
  /** Ends the child at once, whatever it does about signals. */
  abort: AbortSignal;
  /** Asks the child to end, by SIGTERM, and ends it where it does not within `graceMs`. */
  end?: AbortSignal;
  /** One line for people. */
  note: (text: string) => void;
}

const graceMs = 10_000;

/**
 * Runs the command after `--` on our own stdin, stdout and stderr; its exit status, 128+n where signal n ended it, and
 * what shells give where it cannot be run: 127 where it is not there, 126 else. SIGINT and SIGTERM go on to it.
 */
export async function runChild(argv: readonly string[], options: ChildOptions): Promise<number> {
  try {
    return await run(argv, options);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") {
      options.note(`command not found: ${argv[0]} (what comes after -- is run without a shell)`);
      return 127;
    }
    options.note(`cannot run ${argv[0]}: ${message}`);
    return 126;
  }
}

function run(
  [command = "", ...rest]: readonly string[],
  { env, abort, end }: ChildOptions,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, rest, { env, stdio: "inherit" });
    let grace: NodeJS.Timeout | undefined;
    // The frame says that a signal came, but a program between two others has to pass on the very one.
    const onTerminate = () => void child.kill("SIGTERM");
    // Ctrl-C reaches the whole foreground group: a second SIGINT would be taken for impatience.
    const onInterrupt = () => void (isatty(0) || child.kill("SIGINT"));
    const onAbort = () => void child.kill("SIGKILL");
    const onEnd = () => {
      child.kill("SIGTERM");
      grace = setTimeout(onAbort, graceMs);
    };
    process.on("SIGTERM", onTerminate).on("SIGINT", onInterrupt);
    abort.addEventListener("abort", onAbort, { once: true });
    end?.addEventListener("abort", onEnd, { once: true });
    if (end?.aborted === true) onEnd();
    const clear = () => {
      clearTimeout(grace);
      process.off("SIGTERM", onTerminate).off("SIGINT", onInterrupt);
      abort.removeEventListener("abort", onAbort);
      end?.removeEventListener("abort", onEnd);
    };
    child.once("error", (error) => {
      clear();
      reject(error);
    });
    child.once("exit", (code, signal) => {
      clear();
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
