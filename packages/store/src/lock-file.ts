import { ExitCode, MxError } from "@mx/cli";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { errorCode } from "./error-code.ts";
import { isGone, lockOwner, type LockOwner } from "./lock-owner.ts";
import { storageError } from "./storage-error.ts";

/**
 * Takes a lock file that says who holds it. One that a dead process left behind is taken over: one that is gone as
 * `gone` says, which by default cannot tell of another host. Throws MxError 2 `run_locked` where it is held, after
 * waiting for up to `waitMs`.
 */
export async function takeLock(
  path: string,
  waitMs = 0,
  gone: (owner: LockOwner) => boolean = isGone,
): Promise<AsyncDisposable> {
  const giveUp = performance.now() + waitMs;
  for (;;) {
    try {
      return await acquire(path, lockOwner(), gone);
    } catch (error) {
      const held = error instanceof MxError && error.code === "run_locked";
      if (!held || performance.now() >= giveUp) throw error;
      await sleep(5 + Math.random() * 20);
    }
  }
}

/** Who holds a lock; null where nobody does, and "gone" where a dead process left it behind. */
export async function lockHolder(path: string): Promise<LockOwner | "gone" | null> {
  const owner = await readOwner(path);
  if (owner === null) return null;
  return isGone(owner) ? "gone" : owner;
}

async function acquire(
  path: string,
  me: LockOwner,
  gone: (owner: LockOwner) => boolean,
): Promise<AsyncDisposable> {
  const mine = `${path}.${me.token}.tmp`;
  try {
    await writeFile(mine, `${JSON.stringify(me)}\n`, { flag: "wx" });
    // A link, unlike open with O_EXCL, shows the file to others only with its content in it.
    while (!(await linked(mine, path))) {
      const owner = await readOwner(path);
      if (owner === null) continue; // released just now
      if (!gone(owner)) throw heldError(path, owner);
      if (await replaceStale(path, owner, mine)) break;
    }
  } catch (error) {
    throw storageError(path, error);
  } finally {
    await rm(mine, { force: true });
  }
  return { [Symbol.asyncDispose]: () => release(path, me) };
}

/**
 * Puts `mine` in the place of a dead process's lock. Of several that try, the one that holds a second lock,
 * named after the dead one's token, does it, and only after it has seen that the dead one is still there.
 * Without that, a slow process could put away the lock that a quick one had just taken.
 */
async function replaceStale(path: string, owner: LockOwner, mine: string): Promise<boolean> {
  const name = owner.token.replaceAll(/[^0-9a-f-]/g, "");
  await using _turn = await acquire(join(dirname(path), `.lock-${name}`), lockOwner(), isGone);
  const still = await readOwner(path);
  if (still?.token !== owner.token) return false;
  await rename(mine, path);
  return true;
}

async function release(path: string, me: LockOwner): Promise<void> {
  const owner = await readOwner(path);
  if (owner?.token === me.token) await rm(path, { force: true });
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  }
}

async function readOwner(path: string): Promise<LockOwner | null> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  }
  const owner = parseOwner(text);
  if (owner !== null) return owner;
  throw new MxError(`${path} is not a lock file of mx`, {
    code: "bad_lock",
    exitCode: ExitCode.usage,
    hint: "delete it if no mx program uses this run",
  });
}

function parseOwner(text: string): LockOwner | null {
  try {
    const owner = JSON.parse(text) as Partial<LockOwner> | null;
    const whole = typeof owner?.token === "string" && typeof owner.pid === "number";
    return whole ? (owner as LockOwner) : null;
  } catch {
    return null;
  }
}

function heldError(path: string, owner: LockOwner): MxError {
  return new MxError(
    `${dirname(path)} is in use by process ${owner.pid} on ${owner.host} since ${owner.since}`,
    {
      code: "run_locked",
      exitCode: ExitCode.usage,
      hint: `wait for it to end, or stop it; if it is gone (another host, another container), delete ${path}`,
    },
  );
}
