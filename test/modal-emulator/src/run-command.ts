import { spawn } from "node:child_process";
import { constants } from "node:os";
import { isatty } from "node:tty";
import type { RunContext } from "@mx/cli";

/** Runs the command after `--` with the emulator's variables; its exit status, or what shells give where it cannot be run. */
export function runCommand(
  { rest, env, stop, abort, note }: RunContext,
  variables: Record<string, string>,
): Promise<number> {
  const [command = "", ...argv] = rest;
  return new Promise((resolve) => {
    const child = spawn(command, argv, { env: { ...env, ...variables }, stdio: "inherit" });
    // Ctrl-C reaches the whole foreground group: a second signal would be taken for impatience.
    const onStop = () => void (isatty(0) || child.kill("SIGTERM"));
    const onAbort = () => void child.kill("SIGKILL");
    stop.addEventListener("abort", onStop, { once: true });
    abort.addEventListener("abort", onAbort, { once: true });
    const end = (status: number) => {
      stop.removeEventListener("abort", onStop);
      abort.removeEventListener("abort", onAbort);
      resolve(status);
    };
    child.once("error", (error: NodeJS.ErrnoException) => {
      note(`cannot run ${command}: ${error.message}`);
      end(error.code === "ENOENT" ? 127 : 126);
    });
    child.once("exit", (code, signal) => {
      end(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
