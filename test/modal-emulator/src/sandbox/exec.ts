import { constants } from "node:os";
import { PassThrough, type Readable } from "node:stream";
import { deferred } from "./deferred.ts";
import { killGroup } from "@mx/cli/kill-group";
import { OutputLog } from "./output-log.ts";
import type { Spawned } from "./spawned.ts";
import { Stdin } from "./stdin.ts";

/** How a process ended: by itself with a code, or by a signal. */
export type Exit = { code: number } | { signal: number };

/** What becomes of a process's stderr; stdout is kept or not. */
export interface OutputPlan {
  stdout: boolean;
  stderr: "drop" | "keep" | "stdout";
}

/** How long output may still come from background processes after the main one ended, in ms. */
const lingerMs = 500;

/** One process in a sandbox, or one of the file system's tools. Output is kept after its end. */
export class Exec {
  readonly stdout = new OutputLog();
  readonly stderr = new OutputLog();
  readonly #done = deferred();
  #stdin: Stdin;
  #exit: Exit | null = null;
  #error: Error | null = null;
  #kill: () => void = () => {};

  private constructor(stdin: Stdin) {
    this.#stdin = stdin;
  }

  /** Follows a process that was started. */
  static ofProcess({ process, stdin, ...output }: Spawned, plan: OutputPlan): Exec {
    const exec = new Exec(new Stdin(stdin));
    exec.#kill = () => killGroup(process.pid);
    const stderr = { drop: null, keep: exec.stderr, stdout: exec.stdout }[plan.stderr];
    const copied = Promise.all([
      copy(output.stdout, plan.stdout ? exec.stdout : null),
      copy(output.stderr, stderr),
    ]);
    process.on("error", (error) => {
      exec.stderr.push(Buffer.from(`${error.message}\n`));
      exec.end({ code: 127 });
    });
    process.on("exit", (code, signal) => {
      const exit = exitOf(code, signal);
      void copied.then(() => exec.end(exit));
      // A reader that is behind holds up what is left in the pipe; and what has arrived is read before immediates run.
      void Promise.all([exec.stdout.room(), exec.stderr.room()]).then(() =>
        setTimeout(() => setImmediate(() => exec.end(exit)), lingerMs).unref(),
      );
    });
    exec.onEnd(() => stdin.destroy());
    return exec;
  }

  /** Runs a tool that is part of the emulator. */
  static ofTool(tool: (stdin: Readable, exec: Exec) => Promise<number>): Exec {
    const stdin = new PassThrough();
    const exec = new Exec(new Stdin(stdin));
    exec.#kill = () => stdin.destroy(new Error("the sandbox has ended"));
    void tool(stdin, exec).then(
      (code) => exec.end({ code }),
      () => exec.end({ code: 1 }),
    );
    return exec;
  }

  get stdin(): Stdin {
    return this.#stdin;
  }

  /** Null while it runs. */
  get exit(): Exit | null {
    return this.#exit;
  }

  /** Kills it; its exit follows. */
  kill(): void {
    this.#kill();
  }

  /** Notes the end; only the first counts. */
  end(exit: Exit): void {
    if (this.#exit !== null) return;
    this.#exit = exit;
    this.stdout.close();
    this.stderr.close();
    this.#done.resolve();
  }

  /** The worker is gone: whoever reads or waits gets the error. */
  lose(error: Error): void {
    this.#error = error;
    this.stdout.close(error);
    this.stderr.close(error);
    this.end({ signal: 9 });
  }

  /** Resolves with the exit, or with null when the caller goes away first. */
  async wait(signal: AbortSignal): Promise<Exit | null> {
    const left = deferred();
    const onAbort = () => left.resolve();
    signal.addEventListener("abort", onAbort, { once: true });
    await Promise.race([this.#done.promise, left.promise]);
    signal.removeEventListener("abort", onAbort);
    if (this.#error !== null) throw this.#error;
    return this.#exit;
  }

  /** Calls back at the end. */
  onEnd(work: (exit: Exit) => void): void {
    void this.#done.promise.then(() => this.#exit !== null && work(this.#exit));
  }
}

/** Moves output into a log, no faster than it is read; with null, throws it away. Resolves at its end. */
async function copy(stream: Readable, log: OutputLog | null): Promise<void> {
  const { promise, resolve } = deferred();
  stream.on("error", () => {}).on("close", resolve);
  if (log === null) {
    stream.resume();
    return promise;
  }
  stream.on("data", (bytes: Buffer) => {
    log.push(bytes);
    if (!log.isFull) return;
    stream.pause();
    void log.room().then(() => stream.resume());
  });
  return promise;
}

function exitOf(code: number | null, signal: NodeJS.Signals | null): Exit {
  if (code !== null) return { code };
  return { signal: signal === null ? 9 : constants.signals[signal] };
}
