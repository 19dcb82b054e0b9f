import { killGroup } from "@mx/cli/kill-group";
import { spawn, type ChildProcessByStdio } from "node:child_process";
import type { Readable, Writable } from "node:stream";

/** What a program is run with. */
export interface ProgramCall {
  /** A shell command line, or an argument vector. */
  command: string | readonly string[];
  env: Record<string, string>;
  stdin: string;
  timeoutMs: number;
  /** Ends the program and the call: it then rejects with the signal's reason. */
  signal: AbortSignal;
}

/** How a program ended. */
export interface ProgramEnd {
  /** `exited`: by itself; `failed`: it could not be started. */
  how: "exited" | "timeout" | "too-much-output" | "failed";
  /** Exit status; null after a signal. */
  status: number | null;
  endedBy: NodeJS.Signals | null;
  stdout: string;
  /** The last of what it wrote to stderr; why it could not be started, for `failed`. */
  stderr: string;
}

const outputBytes = 1024 * 1024;
const stderrBytes = 4096;
/**
 * When the program is gone, something that it left behind may hold its output. It counts as ended after so many
 * looks at which nothing new had come: two, because a busy process looks at its clock before it reads.
 */
const drainMs = 125;
const quietLooks = 2;
const mostLooks = 20;

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/**
 * Runs a program in a process group of its own, which is killed when the program ends, when it takes too long or
 * writes over 1 MiB. Rejects only for an aborted signal. What leaves the group (setsid) is not followed.
 */
export async function runProgram(call: ProgramCall): Promise<ProgramEnd> {
  call.signal.throwIfAborted();
  const [file = "", ...args] =
    typeof call.command === "string" ? ["/bin/sh", "-c", call.command] : call.command;
  let child: Child;
  try {
    child = spawn(file, args, { env: call.env, detached: true, stdio: ["pipe", "pipe", "pipe"] });
  } catch (error) {
    return notStarted(error);
  }
  const end = await follow(child, call);
  call.signal.throwIfAborted();
  return end;
}

function follow(child: Child, call: ProgramCall): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    let how: ProgramEnd["how"] = "exited";
    let status: number | null = null;
    let endedBy: NodeJS.Signals | null = null;
    let bytes = 0;
    const stdout: Buffer[] = [];
    let stderr = Buffer.alloc(0);
    let drain: NodeJS.Timeout | undefined;

    const stop = (why: ProgramEnd["how"]) => {
      if (how === "exited") how = why;
      killGroup(child.pid);
    };
    const onAbort = () => stop("timeout");
    const timer = setTimeout(() => stop("timeout"), call.timeoutMs);
    call.signal.addEventListener("abort", onAbort, { once: true });
    const finish = (result: ProgramEnd) => {
      clearTimeout(timer);
      clearInterval(drain);
      call.signal.removeEventListener("abort", onAbort);
      for (const stream of child.stdio) stream?.destroy();
      resolve(result);
    };
    const done = () =>
      finish({
        how,
        status,
        endedBy,
        stdout: Buffer.concat(stdout).toString("utf8"),
        stderr: stderr.toString("utf8"),
      });

    child.stdout.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= outputBytes) stdout.push(chunk);
      else stop("too-much-output");
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderr = Buffer.concat([stderr, chunk]).subarray(-stderrBytes);
    });
    // It need not read its input.
    for (const stream of child.stdio) stream?.on("error", () => {});
    child.once("error", (error) => finish(notStarted(error)));
    child.once("exit", (code, signal) => {
      status = code;
      endedBy = signal;
      clearTimeout(timer);
      // What it left running in its group ends with it, and lets go of the pipes.
      killGroup(child.pid);
      let seen = bytes;
      let quiet = 0;
      let looks = 0;
      drain = setInterval(() => {
        looks += 1;
        quiet = bytes === seen ? quiet + 1 : 0;
        seen = bytes;
        if (quiet >= quietLooks || looks >= mostLooks) done();
      }, drainMs);
    });
    child.once("close", done);
    child.stdin.end(call.stdin);
  });
}

function notStarted(error: unknown): ProgramEnd {
  const stderr = error instanceof Error ? error.message : String(error);
  return { how: "failed", status: null, endedBy: null, stdout: "", stderr };
}
