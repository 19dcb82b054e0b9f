import { longestTimerMs } from "@mx/cli/longest-timer";
import type { ChildProcess } from "node:child_process";
import { constants as os } from "node:os";
import type { Duplex } from "node:stream";
import type { ExecResult, ExecSpec } from "../sandbox.ts";
import { ControlChannel } from "./control-channel.ts";
import type { Verdict, Watch } from "./exec-limits.ts";
import type { OutputPipe, PipePair } from "./pipe-pair.ts";

/** A sandbox that is not up by then never will be. */
const setUpMs = 30_000;
const watchEveryMs = 250;
/** What was ended is gone within this, unless the kernel cannot: a disk that hangs, for example. */
const killMs = 10_000;
/** So long may somebody else than the command keep its output open after its end. */
const drainMs = 500;
const mostDetail = 4096;

/** How a kind of sandbox starts and ends the init of a command. */
export interface Launcher {
  /** Starts it with these descriptors as 1 and 2, and the control channel as 3. */
  launch(stdout: number, stderr: number): ChildProcess;
  /** Ends it with everything that it started. */
  kill(child: ChildProcess): void;
  /** Settles when nothing runs any more of what it started; absent: that is so when the child has ended. */
  gone?(child: ChildProcess): Promise<void>;
  /** The control channel; default: descriptor 3 of the child. */
  control?: Duplex;
  /** What the set-up said, where that is not on stderr. */
  said?(): string;
  pipes: PipePair;
  outputBytes: number | null;
  watch: Watch;
}

/** One command run through `initScript`. */
export class CommandRun {
  private readonly spec: ExecSpec;
  private readonly launcher: Launcher;
  private verdict: Verdict | null = null;
  private child: ChildProcess | null = null;
  private control: ControlChannel | null = null;
  private startedAt = 0;
  private endedAt = 0;
  private bytes = 0;
  /** stderr of the set-up. */
  private setUpSaid = "";
  private over = false;
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(spec: ExecSpec, launcher: Launcher) {
    this.spec = spec;
    this.launcher = launcher;
  }

  /** Starts it and tells how it ended. Whatever happens, it is an ExecResult. Once only. */
  async result(): Promise<ExecResult> {
    const cancel = () => this.end({ ended: "cancelled" });
    if (this.spec.signal?.aborted) return { ended: "cancelled", exitCode: null, elapsedMs: 0 };
    this.spec.signal?.addEventListener("abort", cancel, { once: true });
    try {
      const exitCode = await this.run();
      const elapsedMs = this.startedAt === 0 ? 0 : this.endedAt - this.startedAt;
      this.stopTimers();
      return await this.judge(exitCode, elapsedMs);
    } catch (error) {
      return notStarted((error as Error).message);
    } finally {
      this.stopTimers();
      this.spec.signal?.removeEventListener("abort", cancel);
    }
  }

  /** The exit status; null: it never ran. */
  private async run(): Promise<number | null> {
    const { stdout, stderr } = this.launcher.pipes.open();
    this.read(stdout, (chunk) => this.spec.onStdout?.(chunk));
    this.read(stderr, (chunk) => this.onStderr(chunk));
    try {
      let child: ChildProcess;
      try {
        child = this.launcher.launch(stdout.writeEnd, stderr.writeEnd);
      } finally {
        stdout.forget();
        stderr.forget();
      }
      this.child = child;
      const exited = exitOf(child);
      // The init has its output open to the end: where a child of ours only waits for it, this is when it ended.
      void Promise.all([stdout.ended, stderr.ended]).then(() => this.noteEnd());
      if (child.pid !== undefined) {
        this.control = new ControlChannel(this.channelOf(child), () => this.onStart());
        const late = `the sandbox did not come up within ${setUpMs / 1000} s`;
        this.after(
          setUpMs,
          () => this.control?.started || this.end({ ended: "not_started", detail: late }),
        );
      }
      const exitCode = await exited;
      this.noteEnd();
      await this.launcher.gone?.(child);
      const drained = Promise.all([stdout.ended, stderr.ended, endOf(this.channelOf(child))]);
      await Promise.race([
        drained,
        new Promise<void>((resolve) => this.after(drainMs, () => resolve())),
      ]);
      return exitCode;
    } finally {
      stdout.reader.destroy();
      stderr.reader.destroy();
      this.launcher.control?.destroy();
      for (const stream of this.child?.stdio ?? []) stream?.destroy();
    }
  }

  private noteEnd(): void {
    if (this.endedAt === 0) this.endedAt = performance.now();
  }

  private channelOf(child: ChildProcess): Duplex {
    return this.launcher.control ?? (child.stdio[3] as Duplex);
  }

  private onStart(): boolean {
    this.startedAt = performance.now();
    this.setUpSaid = "";
    if (this.verdict !== null) return false;
    this.clearTimers();
    if (this.spec.timeoutMs !== null)
      this.after(this.spec.timeoutMs, () => this.end({ ended: "timeout" }));
    this.watchLater();
    return true;
  }

  private watchLater(): void {
    this.after(watchEveryMs, async () => {
      const verdict = await this.launcher.watch.check();
      if (verdict !== null) this.end(verdict);
      else this.watchLater();
    });
  }

  /** Ends it from outside; the first verdict stands. */
  end(verdict: Verdict): void {
    if (this.verdict !== null) return;
    this.verdict = verdict;
    const { child } = this;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    this.launcher.kill(child);
    this.after(killMs, () => child.kill("SIGKILL"));
  }

  private read(pipe: OutputPipe, deliver: (chunk: Buffer) => void): void {
    pipe.reader.on("data", (chunk: Buffer) => {
      const left = (this.launcher.outputBytes ?? Number.POSITIVE_INFINITY) - this.bytes;
      this.bytes += chunk.length;
      if (left > 0) deliver(chunk.length <= left ? chunk : chunk.subarray(0, left));
      if (chunk.length > left) this.end({ ended: "output" });
    });
  }

  /** A command cannot write before we have let it start: what comes earlier is of the set-up. */
  private onStderr(chunk: Buffer): void {
    if (this.control?.started) this.spec.onStderr?.(chunk);
    else if (this.setUpSaid.length < mostDetail) {
      this.setUpSaid += chunk.toString("utf8", 0, mostDetail);
    }
  }

  private async judge(exitCode: number | null, elapsedMs: number): Promise<ExecResult> {
    if (this.verdict !== null) return { ...this.verdict, exitCode: null, elapsedMs };
    if (!this.control?.started) {
      return notStarted(
        this.control?.failure ??
          ((this.launcher.said?.() ?? this.setUpSaid).trim() || "the sandbox did not come up"),
      );
    }
    if (this.control.failure !== null) {
      return notStarted(`cannot run ${JSON.stringify(this.spec.argv[0])}: ${this.control.failure}`);
    }
    if (exitCode === 0 && elapsedMs < watchEveryMs) return { ended: "exited", exitCode, elapsedMs };
    const verdict = await this.launcher.watch.afterwards(exitCode ?? 1);
    return verdict === null
      ? { ended: "exited", exitCode, elapsedMs }
      : { ...verdict, exitCode: verdict.ended === "exited" ? exitCode : null, elapsedMs };
  }

  private after(ms: number, then: () => unknown): void {
    if (this.over) return;
    const timer = setTimeout(
      () => {
        this.timers.delete(timer);
        then();
      },
      Math.min(ms, longestTimerMs),
    );
    this.timers.add(timer);
  }

  private stopTimers(): void {
    this.over = true;
    this.clearTimers();
  }

  private clearTimers(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }
}

/** Resolves when the other side has said all that it will. */
function endOf(stream: Duplex): Promise<void> {
  if (stream.readableEnded || stream.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    stream.once("end", () => resolve()).once("close", () => resolve());
  });
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) =>
      resolve(code ?? (signal === null ? null : 128 + os.signals[signal])),
    );
  });
}

/** The result of a command that could not be started; `detail`: why. */
export function notStarted(detail: string): ExecResult {
  return { ended: "not_started", exitCode: null, elapsedMs: 0, detail };
}
