import { spawn, type ChildProcess } from "node:child_process";
import { writeFile } from "node:fs/promises";
import type { BoundedOutput } from "./bounded-output.ts";
import { killGroup } from "@mx/cli/kill-group";
import type { ToolContext } from "./tool.ts";
import { ToolError } from "./tool-error.ts";

/** How a shell ended. */
export interface ShellEnd {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  timedOut: boolean;
  /** a background process still has the output open */
  holdsOutput: boolean;
}

/** How long a shell's processes may tidy up after SIGTERM before SIGKILL. */
const graceMs = 1000;
/** How long to wait for the rest of the output when the shell is gone. */
const drainMs = 250;

/** Runs a command line in a shell that leads a process group, and feeds `output`. */
export async function runShell(
  command: string,
  timeoutMs: number,
  output: BoundedOutput,
  context: ToolContext,
): Promise<ShellEnd> {
  const child = await start(command, context);
  const group = child.pid!;
  context.groups.add(group);
  child.stdout!.on("data", (chunk: Buffer) => output.push(chunk));
  child.stderr!.on("data", (chunk: Buffer) => output.push(chunk));
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const exited = new Promise<Pick<ShellEnd, "exitCode" | "signal">>((resolve) =>
    child.once("exit", (exitCode, signal) => resolve({ exitCode, signal })),
  );

  let timedOut = false;
  let killer: NodeJS.Timeout | undefined;
  const end = () => {
    killGroup(group, "SIGTERM");
    killer ??= setTimeout(() => killGroup(group, "SIGKILL"), graceMs);
  };
  const timer = setTimeout(() => {
    timedOut = true;
    end();
  }, timeoutMs);
  context.signal.addEventListener("abort", end, { once: true });
  if (context.signal.aborted) end();
  try {
    const how = await exited;
    // What ignored SIGTERM and outlived its shell must not outlive the call.
    if (killer !== undefined) killGroup(group, "SIGKILL");
    const holdsOutput = !(await settledWithin(closed, drainMs));
    if (holdsOutput) keepDraining(child);
    return { ...how, timedOut, holdsOutput };
  } finally {
    clearTimeout(timer);
    clearTimeout(killer);
    context.signal.removeEventListener("abort", end);
    output.close();
    context.groups.settle(group);
  }
}

/** Linux takes at most 128 KiB in one argument; a longer command goes through a file. */
const argumentBytes = 100_000;

async function start(command: string, context: ToolContext): Promise<ChildProcess> {
  let args = ["-c", command];
  if (Buffer.byteLength(command) > argumentBytes) {
    args = [context.spillFile()];
    await writeFile(args[0]!, command, { mode: 0o600 });
  }
  for (const shell of ["bash", "sh"]) {
    const child = spawn(shell, args, {
      cwd: context.cwd,
      env: context.env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    try {
      await new Promise((resolve, reject) => child.once("spawn", resolve).once("error", reject));
      return child;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT" && shell === "bash") continue;
      throw new ToolError(`the shell could not be started: ${(error as Error).message}`);
    }
  }
  throw new ToolError("no shell was found");
}

/** Background processes must not die of a closed pipe, and must not keep the agent alive either. */
function keepDraining(child: ChildProcess): void {
  for (const stream of [child.stdout, child.stderr]) {
    stream?.removeAllListeners("data");
    stream?.resume();
    if (stream !== null && "unref" in stream && typeof stream.unref === "function") stream.unref();
  }
}

async function settledWithin(promise: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), ms)));
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
