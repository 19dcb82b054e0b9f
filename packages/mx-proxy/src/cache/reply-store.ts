import { ExitCode, MxError } from "@mx/cli";
import { sha256 } from "@mx/records";
import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { StoredReply } from "../stored/stored-reply.ts";

/**
 * Replies in a folder, one file each, named for the key under which the reply is found again: its first line is the
 * SHA-256 of the rest, which is the reply as JSON. Files appear as a whole, so that any number of processes can share a folder.
 */
export class ReplyStore {
  readonly #folder: string;
  readonly #note: (text: string) => void;
  readonly #writing = new Map<string, Promise<void>>();
  #complained = false;

  private constructor(folder: string, note: (text: string) => void) {
    this.#folder = folder;
    this.#note = note;
  }

  /** Opens the folder, or makes it. `note` hears, once, of an entry that gives trouble. */
  static async open(folder: string, note: (text: string) => void): Promise<ReplyStore> {
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
    } catch (cause) {
      throw new MxError(`the cache ${folder} cannot be opened: ${(cause as Error).message}`, {
        code: "cache_not_writable",
        exitCode: ExitCode.usage,
        hint: "give --cache a folder that you can write to",
        cause,
      });
    }
    return new ReplyStore(folder, note);
  }

  /** The reply of this key; null: there is none that is whole. */
  async read(key: string): Promise<StoredReply | null> {
    await this.#writing.get(key);
    const path = this.#path(key);
    let text: string;
    try {
      text = await readFile(path, "utf8");
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code !== "ENOENT") this.#complain(`cannot be read: ${message}`);
      return null;
    }
    const end = text.indexOf("\n");
    const rest = text.slice(end + 1);
    if (end === 64 && sha256(rest) === text.slice(0, end)) {
      return StoredReply.parse(JSON.parse(rest));
    }
    this.#complain(`is damaged, and its call is made again: ${path}`);
    return null;
  }

  /** Keeps a reply. What goes wrong is said, and costs the next reader a call. */
  write(key: string, reply: StoredReply): void {
    const writing = this.#write(this.#path(key), reply)
      .catch((error: unknown) => this.#complain(`cannot be written: ${(error as Error).message}`))
      .finally(() => {
        // The same reply may be on its way a second time, for another trial key.
        if (this.#writing.get(key) === writing) this.#writing.delete(key);
      });
    this.#writing.set(key, writing);
  }

  /** Settles once everything is written. */
  async close(): Promise<void> {
    await Promise.all(this.#writing.values());
  }

  async #write(path: string, reply: StoredReply): Promise<void> {
    const text = JSON.stringify(reply);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const temporary = `${path}.${randomUUID()}.tmp`;
    try {
      await writeFile(temporary, `${sha256(text)}\n${text}`, { mode: 0o600 });
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  #path(key: string): string {
    return join(this.#folder, key.slice(0, 2), key);
  }

  #complain(what: string): void {
    if (this.#complained) return;
    this.#complained = true;
    this.#note(`an entry of the cache ${what}`);
  }
}
