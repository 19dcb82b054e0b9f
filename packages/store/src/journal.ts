import { recordText } from "@mx/cli";
import type { AnyRecord } from "@mx/records";
import { open, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { repairTail } from "./repair-tail.ts";
import { storageError } from "./storage-error.ts";
import { syncFolder } from "./replace-file.ts";

interface Waiting {
  line: Buffer;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * An append-only NDJSON file with one writer. A record that was acknowledged outlives any kill; what a kill cuts
 * in half is repaired when the file is next opened.
 *
 * Group commit: all records that wait go out in one write and one fdatasync, so that many trials that end
 * together cost about as much as one.
 */
export class Journal implements AsyncDisposable {
  readonly path: string;
  readonly #file: FileHandle;
  #size: number;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | null = null;
  #failure: Error | null = null;
  #closing: Promise<void> | null = null;

  private constructor(path: string, file: FileHandle, size: number) {
    this.path = path;
    this.#file = file;
    this.#size = size;
  }

  /** Opens or creates the file, and repairs its end. */
  static async open(path: string): Promise<Journal> {
    let file: FileHandle | undefined;
    try {
      file = await open(path, "a+", 0o644);
      const size = await repairTail(file);
      await syncFolder(dirname(path));
      return new Journal(path, file, size);
    } catch (error) {
      await file?.close();
      throw storageError(path, error);
    }
  }

  /**
   * Appends a record; resolves when it is on disk. After a write has failed (a full disk), this and every later
   * append rejects, because what the disk holds is not known then; opening the file again repairs it.
   */
  async append(record: AnyRecord): Promise<void> {
    await this.appendLine(recordText(record));
  }

  /** Appends the text of a record, without a newline in it. */
  appendLine(text: string): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ line: Buffer.from(`${text}\n`), resolve, reject });
      this.#writing ??= this.#writeAll();
    });
  }

  /** Waits for what was appended and closes the file. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    while (this.#writing) await this.#writing;
    this.#failure ??= new Error(`${this.path} is closed`);
    await this.#file.close();
  }

  async #writeAll(): Promise<void> {
    // Appends of the same turn of the event loop belong to the same commit.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      try {
        await this.#commit(Buffer.concat(group.map(({ line }) => line)));
        for (const { resolve } of group) resolve();
      } catch (error) {
        this.#failure = storageError(this.path, error);
        // Leaves no half line behind where the disk still lets us.
        await this.#file.truncate(this.#size).catch(() => {});
        for (const { reject } of [...group, ...this.#waiting]) reject(this.#failure);
        this.#waiting = [];
      }
    }
    this.#writing = null;
  }

  async #commit(bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const { bytesWritten } = await this.#file.write(bytes, at, bytes.length - at);
      at += bytesWritten;
    }
    await this.#file.datasync();
    this.#size += bytes.length;
  }
}
