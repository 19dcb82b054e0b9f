import { ExitCode, MxError } from "@mx/cli";
import { takeLock } from "@mx/store/lock-file";
import { isGone, type LockOwner } from "@mx/store/lock-owner";
import { readFile, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

export interface LeaseOptions {
  /** Aborts the wait. */
  stop: AbortSignal;
  /** Told once who holds it. */
  note: (text: string) => void;
  /** Ms between signs of life. */
  beatMs?: number;
  /** Without a sign of life for so many ms, a holder on another node is taken for dead. */
  deadMs?: number;
}

/**
 * Takes the lock of a folder that several nodes share, and waits where another process has it. A process of this
 * host is known to live or not. One of another host writes a sign of life now and then, into `PATH.beat`: where none
 * comes for a minute, its node is dead or cut off, and the lock is taken over. No clocks of two hosts are compared.
 */
export async function takeLease(path: string, options: LeaseOptions): Promise<AsyncDisposable> {
  const { stop, note, beatMs = 5_000, deadMs = 60_000 } = options;
  const beatPath = `${path}.beat`;
  let seen = { beat: "", token: "", at: performance.now() };
  let dead: string | null = null;
  const gone = (owner: LockOwner) => isGone(owner) || owner.token === dead;
  for (let told = false; ;) {
    try {
      const lock = await takeLock(path, 0, gone);
      return keepAlive(lock, beatPath, beatMs);
    } catch (error) {
      if (!(error instanceof MxError) || error.code !== "run_locked") throw error;
      if (!told) note(`waiting: ${error.message}`);
      told = true;
    }
    await sleep(Math.min(1_000, beatMs), undefined, { signal: stop }).catch(() => {});
    if (stop.aborted) throw stoppedWaiting(path);
    const beat = await readFile(beatPath, "utf8").catch(() => "");
    const token = await readFile(path, "utf8")
      .then(tokenOf)
      .catch(() => "");
    const now = performance.now();
    if (beat !== seen.beat || token !== seen.token) seen = { beat, token, at: now };
    else if (now - seen.at > deadMs) dead = token;
  }
}

async function keepAlive(
  lock: AsyncDisposable,
  path: string,
  everyMs: number,
): Promise<AsyncDisposable> {
  let count = 0;
  const beat = async () => {
    count += 1;
    // A sign of life that is late is no reason to stop the work.
    await writeFile(path, `${process.pid} ${Date.now()} ${count}\n`).catch(() => {});
  };
  await beat();
  const timer = setInterval(() => void beat(), everyMs);
  timer.unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await lock[Symbol.asyncDispose]();
    },
  };
}

function tokenOf(text: string): string {
  return (JSON.parse(text) as Partial<LockOwner>).token ?? "";
}

function stoppedWaiting(path: string): MxError {
  return new MxError(`told to end while it waited for ${path}`, {
    code: "stopped",
    exitCode: ExitCode.incomplete,
  });
}
