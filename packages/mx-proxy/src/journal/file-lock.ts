import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * A lock file that names the process which holds it. One that a dead process of this machine left behind is taken over.
 */
export class FileLock {
  readonly #path: string;
  readonly #mine: string;

  private constructor(path: string, mine: string) {
    this.#path = path;
    this.#mine = mine;
  }

  /** Takes the lock; else who holds it: a process of this machine, or one of another, of which nobody knows here whether it lives. */
  static async take(path: string): Promise<FileLock | string> {
    const host = hostname();
    const mine = `${process.pid} ${await startTime(process.pid)} ${randomUUID()} ${host}`;
    const own = `${path}.${randomUUID()}.tmp`;
    // A link, unlike a new file, is there with its content or not at all.
    await writeFile(own, mine, { flag: "wx", mode: 0o600 });
    try {
      for (;;) {
        if (await linked(own, path)) return new FileLock(path, mine);
        const holder = await content(path);
        if (holder === null) continue;
        const [pid = "", started = "", token = "", where = host] = holder.split(" ");
        if (where !== host) return `process ${pid} on ${where}`;
        if ((await startTime(Number(pid))) === started) return `process ${pid}`;
        if (await replaced(path, holder, token, own)) return new FileLock(path, mine);
      }
    } finally {
      await rm(own, { force: true });
    }
  }

  async release(): Promise<void> {
    if ((await content(this.#path)) === this.#mine) await rm(this.#path, { force: true });
  }
}

/**
 * Puts a lock in the place of a dead process's. Of several that try, the one that holds a second lock, named after the
 * dead one, does it, and only after it has seen that the dead one is still there.
 */
async function replaced(path: string, dead: string, token: string, own: string): Promise<boolean> {
  const turn = await FileLock.take(`${path}.${token.replaceAll(/[^\w-]/g, "")}`);
  if (typeof turn === "string") {
    await sleep(10);
    return false;
  }
  try {
    if ((await content(path)) !== dead) return false;
    await rename(own, path);
    return true;
  } finally {
    await turn.release();
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Null: there is no such file. One that is there and cannot be read is an error: it would be asked for without end. */
async function content(path: string): Promise<string | null> {
  return await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
}

/**
 * When a process started, in the words of its machine; "gone" where there is none, "running" where nobody says when. A process id alone would
 * be mistaken for another process's once it is used again.
 */
async function startTime(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => null);
  if (stat !== null) {
    // The second field, the program's name, may itself hold spaces and brackets.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return /[ZX]/.test(fields[0] ?? "") ? "gone" : (fields[19] ?? "gone");
  }
  try {
    process.kill(pid, 0);
    return (await content("/proc/self/stat")) === null ? "running" : "gone";
  } catch {
    return "gone";
  }
}
