import { ExitCode, MxError, type RunContext } from "@mx/cli";
import { resolve } from "node:path";
import type { Flags } from "./flags.ts";
import type { Emulator } from "./emulator.ts";
import { parseFault } from "./parse-fault.ts";
import { runCommand } from "./run-command.ts";
import { startEmulator } from "./start-emulator.ts";

/** Serves until it is told to end, or as long as its command runs, and takes all sandboxes with it. */
export async function serve(
  records: AsyncIterable<unknown>,
  flags: Flags,
  context: RunContext,
): Promise<number> {
  const faults = flags.fault.map(parseFault);
  await using emulator = await start(flags);
  for (const fault of faults) emulator.faults.add(fault);
  if (emulator.isolationMissing !== null) {
    context.note(`sandboxes are plain processes of this machine: ${emulator.isolationMissing}`);
  }
  if (context.rest.length > 0) return await runCommand(context, emulator.env);
  await context.writeText(environmentText(emulator.env, flags.shell ?? context.isTerminal));
  await ended(records, flags, context.stop);
  return ExitCode.ok;
}

async function start(flags: Flags): Promise<Emulator> {
  const { port, isolation, imageCommands, imageBuildMs, schedulingMs, timeScale } = flags;
  try {
    return await startEmulator({
      port,
      imageCommands,
      imageBuildMs,
      timeScale,
      schedulingDelayMs: schedulingMs,
      ...(isolation === "auto" ? {} : { isolation }),
      createsPerSecond: flags.createsPerSecond ?? Infinity,
      maxSandboxes: flags.maxSandboxes ?? Infinity,
      webTimeoutMs: flags.webTimeoutMs,
      ...(flags.python === undefined ? {} : { python: resolve(flags.python) }),
    });
  } catch (cause) {
    throw new MxError(`the emulator cannot start: ${(cause as Error).message}`, {
      code: "cannot_start",
      exitCode: ExitCode.unavailable,
      hint: "another --port, or --isolation none, may help",
      cause,
    });
  }
}

function environmentText(env: Record<string, string>, shell: boolean): string {
  if (!shell) return `${JSON.stringify(env)}\n`;
  return Object.entries(env)
    .map(([name, value]) => `export ${name}=${value}\n`)
    .join("");
}

async function ended(
  records: AsyncIterable<unknown>,
  flags: Flags,
  stop: AbortSignal,
): Promise<void> {
  const stopped = new Promise<void>((resolve) => {
    if (stop.aborted) resolve();
    stop.addEventListener("abort", () => resolve(), { once: true });
  });
  await Promise.race([stopped, ...(flags.untilStdinCloses ? [endOf(records)] : [])]);
}

/** What comes on stdin is not for us. */
async function endOf(records: AsyncIterable<unknown>): Promise<void> {
  try {
    for await (const _record of records) continue;
  } catch {
    // whatever stopped the reading, nothing can be waited for any more
  }
}
