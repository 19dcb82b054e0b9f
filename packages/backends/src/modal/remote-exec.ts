import { randomBytes } from "node:crypto";
import type { Sandbox as ModalSdkSandbox } from "modal";
import { tooLongArgument } from "../exec/longest-argument.ts";
import type { Ended, ExecResult, ExecSpec } from "../sandbox.ts";
import { withDeadline } from "./client/with-deadline.ts";
import { initTool, runFolder } from "./remote-init.ts";
import { ownPidNamespace } from "./own-pid-namespace.ts";
import { TrailerReader, type Trailer } from "./trailer.ts";
import { writeStdin } from "./write-stdin.ts";

/** Modal starts a command well within this. */
const startMs = 60_000;
/** So long may Modal take to tell the end of a command whose clock has run out. */
const slackMs = 60_000;
/** A command that was told to stop is gone within this, or its sandbox is given up. */
const stopMs = 15_000;
const mostSaid = 300;

/** An exec as the init in the sandbox gets it. */
export interface RemoteCommand extends Pick<
  ExecSpec,
  "argv" | "env" | "stdin" | "timeoutMs" | "signal" | "onStdout" | "onStderr"
> {
  cwd: string;
  /** File in the sandbox that sets the command, where `argv` is too long for Modal; null: `argv` is passed. */
  words: string | null;
  /** Folders in the sandbox, with spaces between, that are removed after the command; null: none. */
  mount: string | null;
  openFiles: number | null;
  outputBytes: number | null;
  /** So long at most, in ms, whatever `timeoutMs` says: the rest of the sandbox's lifetime. */
  lifetimeMs: number;
}

/** How it ended. `killed`: without a word of the init, which was killed, or its sandbox was. */
export type RemoteResult = ExecResult & { killed: boolean };

type Process = Awaited<ReturnType<ModalSdkSandbox["exec"]>>;

/** One command in a sandbox in the cloud, run through `remoteInit`. */
export class RemoteExec {
  readonly #sandbox: ModalSdkSandbox;
  readonly #command: RemoteCommand;
  readonly #nonce = randomBytes(9).toString("hex");
  #bytes = 0;
  /** The end of stderr: what a shell says that cannot start the init. */
  #lastSaid: Buffer = Buffer.alloc(0);
  /** Why it was ended from here. */
  #verdict: Ended | null = null;
  #process: Process | null = null;
  #giveUp: ((error: Error) => void) | null = null;
  #stdoutReader: ReadableStreamDefaultReader<Uint8Array> | null = null;

  constructor(sandbox: ModalSdkSandbox, command: RemoteCommand) {
    this.#sandbox = sandbox;
    this.#command = command;
  }

  /** Runs it once. Rejects where the sandbox or the way to it is lost; the caller finds out which. */
  async result(): Promise<RemoteResult> {
    const { signal, argv } = this.#command;
    if (signal?.aborted) return ended("cancelled", 0);
    const tooLong = tooLongArgument(argv);
    if (tooLong !== null) return notStarted(tooLong);
    const cancel = () => this.end("cancelled");
    signal?.addEventListener("abort", cancel, { once: true });
    try {
      const begun = performance.now();
      const { exitCode, trailer } = await this.#run();
      return this.#judge(exitCode, trailer, performance.now() - begun);
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }

  /** Ends it from outside; the first verdict stands. */
  end(verdict: Ended): void {
    if (this.#verdict !== null) return;
    this.#verdict = verdict;
    if (this.#process !== null) void this.#stop();
  }

  async #run(): Promise<{ exitCode: number; trailer: Trailer | null }> {
    const { timeoutMs, lifetimeMs, env, stdin } = this.#command;
    const wholeMs = Math.min(timeoutMs ?? lifetimeMs, lifetimeMs) + slackMs;
    const process = await withDeadline(
      this.#sandbox.exec(this.#argv(), {
        mode: "binary",
        workdir: "/",
        // Modal's own clock comes after the sandbox's, so that it is never what ends a command.
        timeoutMs: Math.ceil((lifetimeMs + slackMs) / 1000) * 1000,
        ...(env === undefined ? {} : { env }),
      }),
      startMs,
      "start of a command",
    );
    this.#process = process;
    const trailer = new TrailerReader(this.#nonce, (chunk) => {
      this.#lastSaid = chunk.subarray(-mostSaid);
      this.#deliver(chunk, (part) => this.#command.onStderr?.(part));
    });
    const lost = new Promise<never>((_, reject) => {
      this.#giveUp = reject;
    });
    if (this.#verdict !== null) void this.#stop();
    if (stdin !== undefined) void writeStdin(process, stdin);
    const stdout = process.stdout.getReader() as ReadableStreamDefaultReader<Uint8Array>;
    const stderr = process.stderr.getReader() as ReadableStreamDefaultReader<Uint8Array>;
    this.#stdoutReader = stdout;
    const whole = Promise.all([
      process.wait(),
      readAll(stdout, (chunk) =>
        this.#deliver(Buffer.from(chunk), (part) => this.#command.onStdout?.(part)),
      ),
      readAll(stderr, (chunk) => trailer.push(chunk)),
    ]);
    const all = Promise.race([whole, lost]);
    // The sandbox's own clock is a process, which an agent can end.
    const clock = setTimeout(() => this.end("timeout"), wholeMs + slackMs - stopMs);
    try {
      const [exitCode] = await withDeadline(all, wholeMs + slackMs, "end of a command");
      return { exitCode, trailer: trailer.end() };
    } finally {
      clearTimeout(clock);
      whole.catch(() => {});
      await Promise.allSettled([stdout.cancel(), stderr.cancel()]);
    }
  }

  #argv(): string[] {
    const { argv, words, openFiles, timeoutMs, cwd, stdin, mount } = this.#command;
    const settings = [
      ownPidNamespace(),
      this.#nonce,
      openFiles === null ? "-" : `${openFiles}`,
      timeoutMs === null ? "-" : `${timeoutMs / 1000}`,
      cwd,
      stdin === undefined ? "-" : "in",
      words ?? "-",
      mount ?? "-",
    ];
    return ["sh", `/mx/bin/${initTool}`, ...settings, ...(words === null ? argv : [])];
  }

  #deliver(chunk: Buffer, to: (part: Buffer) => void): void {
    const left = (this.#command.outputBytes ?? Number.POSITIVE_INFINITY) - this.#bytes;
    this.#bytes += chunk.length;
    if (left > 0) to(chunk.length <= left ? chunk : chunk.subarray(0, left));
    if (chunk.length > left) {
      this.end("output");
      // What comes now is thrown away: it need not travel. The init's last line comes on the other stream.
      void this.#stdoutReader?.cancel().catch(() => {});
    }
  }

  /** Tells the init to end the command. There is no call for that, so that it goes by way of a pipe. */
  async #stop(): Promise<void> {
    const pipe = `${runFolder}/${this.#nonce}`;
    // The pipe may not be there yet. Opened for reading too, it never blocks.
    const script = `n=0; until [ -p ${pipe} ] || [ $n -ge 50 ]; do sleep 0.1; n=$((n+1)); done
      [ ! -p ${pipe} ] || echo stop 1<>${pipe}`;
    const argv = ["sh", "-c", script];
    const timer = setTimeout(
      () => this.#giveUp?.(new Error("a command that was told to stop goes on")),
      stopMs,
    );
    timer.unref();
    try {
      const options = { stdout: "ignore", stderr: "ignore", timeoutMs: stopMs } as const;
      const stopper = await withDeadline(this.#sandbox.exec(argv, options), stopMs, "stop");
      await withDeadline(stopper.wait(), stopMs, "stop");
    } catch {
      // The clock above decides.
    }
  }

  #judge(exitCode: number, trailer: Trailer | null, tookMs: number): RemoteResult {
    const elapsedMs = trailer?.elapsedMs ?? tookMs;
    // A clock from here may run out while the output of a command that has ended is on its way.
    const hasEnded = this.#verdict === "timeout" && trailer?.what === "e";
    if (this.#verdict !== null && !hasEnded) return ended(this.#verdict, elapsedMs);
    if (trailer === null && exitCode < 128) {
      const said = this.#lastSaid.toString("utf8").trim();
      return notStarted(`the sandbox cannot run commands (exit ${exitCode}): ${said || "no sh"}`);
    }
    if (trailer === null || exitCode !== 0) {
      return { ended: "exited", exitCode, elapsedMs, killed: true };
    }
    const { what, status, text } = trailer;
    if (what === "n") return notStarted(text);
    if (what === "x") {
      const why = status === 127 ? "it is not there" : "it cannot be executed";
      return notStarted(`cannot run ${JSON.stringify(this.#command.argv[0])}: ${why}`);
    }
    if (what === "t") return ended("timeout", elapsedMs);
    return { ended: "exited", exitCode: status, elapsedMs, killed: false };
  }
}

function ended(why: Ended, elapsedMs: number): RemoteResult {
  return { ended: why, exitCode: null, elapsedMs, killed: false };
}

function notStarted(detail: string): RemoteResult {
  return { ...ended("not_started", 0), detail };
}

async function readAll(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  take: (chunk: Uint8Array) => void,
): Promise<void> {
  for (let next = await reader.read(); !next.done; next = await reader.read()) take(next.value);
}
