import { readLines } from "@mx/cli";
import { open, type FileHandle } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { dirname } from "node:path";
import { takeLock } from "./lock-file.ts";
import { repairTail } from "./repair-tail.ts";
import { storageError } from "./storage-error.ts";
import { syncFolder } from "./replace-file.ts";

/** What waits to be written before add() asks for patience. */
const roomBytes = 256 * 1024;

/**
 * An append-only NDJSON file in which no line is twice, for any number of writers at once: each commit takes a
 * lock, looks at what others have appended since, and appends what is new to all.
 */
export class UniqueLog {
  readonly path: string;
  readonly #isNew: (line: string) => boolean;
  readonly #otherWriter: string | null;
  #offset = 0;
  #waiting: string[] = [];
  #waitingBytes = 0;
  #committing: Promise<void> | null = null;
  #round: Promise<void> = Promise.resolve();
  #failure: unknown = null;

  /**
   * `isNew` remembers lines: true the first time that it hears of one. `otherWriter` is the lock of a program
   * that appends to the file under that lock and not under this file's own.
   */
  constructor(path: string, isNew: (line: string) => boolean, otherWriter: string | null = null) {
    this.path = path;
    this.#isNew = isNew;
    this.#otherWriter = otherWriter;
  }

  /** Takes a line; resolves when there is room for more. Lines are written in the background, in groups. */
  async add(line: string): Promise<void> {
    this.#throwFailure();
    this.#waiting.push(line);
    this.#waitingBytes += line.length;
    this.#committing ??= this.#commitAll();
    while (this.#waitingBytes > roomBytes && this.#committing !== null) await this.#round;
    this.#throwFailure();
  }

  /** Resolves when all lines are on disk. */
  async close(): Promise<void> {
    while (this.#committing !== null) await this.#committing;
    this.#throwFailure();
  }

  #throwFailure(): void {
    if (this.#failure !== null) throw this.#failure;
  }

  async #commitAll(): Promise<void> {
    while (this.#waiting.length > 0 && this.#failure === null) {
      this.#round = this.#commit().catch((error: unknown) => {
        this.#failure = storageError(this.path, error);
      });
      await this.#round;
    }
    this.#committing = null;
  }

  async #commit(): Promise<void> {
    await using _lock = await takeLock(`${this.path}.lock`, 60_000);
    await using file = await open(this.path, "a+", 0o644);
    const created = (await file.stat()).size === 0;
    await this.#catchUp(file);
    const lines = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    const text = lines
      .filter((line) => this.#isNew(line))
      .map((line) => `${line}\n`)
      .join("");
    if (text === "") return;
    await file.appendFile(text);
    await file.datasync();
    if (created) await syncFolder(dirname(this.path));
    const size = this.#offset + Buffer.byteLength(text);
    // Where another program appended meanwhile, all of it is looked at again.
    if (size === (await file.stat()).size) this.#offset = size;
  }

  /** The size of a file that another program appends to, once it ends with a whole line. */
  async #settle(file: FileHandle, otherWriter: string): Promise<number> {
    for (let rounds = 0; ; rounds++) {
      const { size } = await file.stat();
      const last = Buffer.alloc(1);
      await file.read(last, 0, 1, size - 1);
      if (last[0] === 10) return size;
      // Torn for longer than a write takes: its writer is dead, and its lock can be had.
      if (rounds > 20) {
        await using _lock = await takeLock(otherWriter, 10_000);
        return await repairTail(file);
      }
      await sleep(10);
    }
  }

  /** Learns the lines that are in the file and were not put there by this object. */
  async #catchUp(file: FileHandle): Promise<void> {
    let { size } = await file.stat();
    if (size === this.#offset) return;
    if (size < this.#offset) this.#offset = 0; // another file took its place
    const other = this.#otherWriter;
    size = other === null ? await repairTail(file) : await this.#settle(file, other);
    if (size > this.#offset) {
      const range = { start: this.#offset, end: size - 1, autoClose: false };
      for await (const lines of readLines(file.createReadStream(range))) {
        for (const line of lines) this.#isNew(line.bytes.toString("utf8"));
      }
    }
    this.#offset = size;
  }
}
