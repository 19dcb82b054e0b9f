import { syncFolder } from "@mx/store/replace-file";
import { mkdir, open, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/**
 * Judges' replies on disk, by the digest of what was asked: $MX_HOME/cache/judge/, up to 4,096 NDJSON files by the
 * first three digits of the digest, so that looking one up reads a few kB and nothing stays in memory.
 *
 * Any number of processes may use it at once. An entry goes out in one write at the file's end, which the system does
 * not mix with others'; it begins with a newline, so that what a killed process left half-written spoils only
 * itself. A reader passes over a line that is no entry.
 */
export class ReplyCache {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The reply that is kept under a key; undefined: none. Of several, the one that was there first. */
  async get(key: string): Promise<unknown> {
    const bytes = await readFile(this.#path(key)).catch((error: unknown) => {
      if (codeOf(error) === "ENOENT") return null;
      throw error;
    });
    if (bytes === null) return undefined;
    const wanted = `"key":"${key}"`;
    for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + 1)) {
      const end = bytes.indexOf(10, at);
      // A line without its newline is being written, or was cut off.
      if (end < 0) return undefined;
      const entry = parse(bytes.toString("utf8", bytes.lastIndexOf(10, at) + 1, end));
      if (entry?.key === key && entry.reply !== undefined) return entry.reply;
    }
    return undefined;
  }

  /** Keeps a reply; it is on disk when this resolves. `about`: more for people who look into the file. */
  async put(key: string, reply: unknown, about: Record<string, unknown> = {}): Promise<void> {
    const path = this.#path(key);
    const line = Buffer.from(`\n${JSON.stringify({ key, reply, ...about })}\n`);
    const file = await open(path, "a", 0o600).catch(async (error: unknown) => {
      if (codeOf(error) !== "ENOENT") throw error;
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      return open(path, "a", 0o600);
    });
    try {
      const isNew = (await file.stat()).size === 0;
      for (let at = 0; at < line.length;) {
        at += (await file.write(line, at, line.length - at)).bytesWritten;
      }
      await file.datasync();
      // A file that is new is a name in its folder, which has to outlive a crash of the machine, too.
      if (isNew) await syncFolder(dirname(path));
    } finally {
      await file.close();
    }
  }

  #path(key: string): string {
    return join(this.#folder, `${key.slice(0, 3)}.ndjson`);
  }
}

function parse(line: string): { key?: unknown; reply?: unknown } | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? value : null;
  } catch {
    return null;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
