import type { MxError } from "@mx/cli";
import { replaceFile } from "@mx/store/replace-file";
import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { LineFile } from "../ledger/line-file.ts";
import type { ResultLine } from "./journal-line.ts";
import { readJournal } from "./read-journal.ts";

/** So many results that nobody came back for are remembered. */
const mostWaiting = 100_000;

/** A file that holds the journal, locked for this process. */
export interface JournalFile {
  path: string;
  lock: AsyncDisposable;
}

/**
 * Remembers where results can be read that upstreams work on by themselves, so that a call which was taken once is
 * not made again: neither for a client that left and came back, nor by a proxy that was killed and started anew.
 */
export class ResultJournal {
  readonly #file: LineFile | null;
  readonly #disk: JournalFile | null;
  /** Results that nobody reads now, oldest first. */
  readonly #waiting = new Map<string, ResultLine[]>();
  #count = 0;
  /** How many of them are of calls with a body of this length. */
  readonly #lengths = new Map<number, number>();
  /** Results that nobody has had. */
  #open = 0;

  private constructor(file: LineFile | null, disk: JournalFile | null) {
    this.#file = file;
    this.#disk = disk;
  }

  /** A journal that forgets with this process. */
  static inMemory(): ResultJournal {
    return new ResultJournal(null, null);
  }

  /** Reads a journal, and writes it anew with what is still of use. */
  static async open(disk: JournalFile, failed: (error: MxError) => void): Promise<ResultJournal> {
    const { path } = disk;
    const results = await readJournal(path);
    const text = results.map((result) => `${JSON.stringify(result)}\n`).join("");
    await replaceFile(path, (file) => file.writeFile(text), { mode: 0o600 });
    const lines = await LineFile.open(path, {
      name: "journal",
      flag: "--journal",
      durable: true,
      cutTorn: true,
      failed,
    });
    const journal = new ResultJournal(lines, disk);
    journal.#open = results.length;
    for (const result of results) journal.release(result);
    return journal;
  }

  /** True: there may be a result that nobody reads now of a call with a body of this length. */
  mayHave(bytes: number): boolean {
    return this.#lengths.has(bytes);
  }

  /** Takes a result of this call that nobody reads, from an upstream that suits; null: there is none. */
  adopt(digest: string, suits: (upstream: string) => boolean): ResultLine | null {
    const results = this.#waiting.get(digest) ?? [];
    const at = results.findIndex(({ upstream }) => suits(upstream));
    const [result] = at === -1 ? [] : results.splice(at, 1);
    if (result === undefined) return null;
    this.#counted(result, -1);
    if (results.length === 0) this.#waiting.delete(digest);
    return result;
  }

  /** An upstream has taken a call. `written` is called once that would outlive this machine. */
  add(
    entry: Pick<ResultLine, "digest" | "bytes" | "upstream" | "url">,
    written: () => void,
  ): ResultLine {
    const started_at = new Date().toISOString();
    const result: ResultLine = {
      type: "result",
      version: 1,
      id: randomUUID(),
      ...entry,
      started_at,
    };
    this.#open += 1;
    if (this.#file === null) written();
    else this.#file.append(JSON.stringify(result), written);
    return result;
  }

  /** Nobody reads the result any more, and nobody has had it. */
  release(result: ResultLine): void {
    const results = this.#waiting.get(result.digest);
    if (results === undefined) this.#waiting.set(result.digest, [result]);
    else results.push(result);
    this.#counted(result, 1);
    const [oldest] = this.#waiting.keys();
    if (this.#count > mostWaiting && oldest !== undefined) this.adopt(oldest, () => true);
  }

  /** Somebody has had the result, or it is gone. */
  finish({ id }: ResultLine): void {
    this.#open -= 1;
    this.#file?.append(JSON.stringify({ type: "result_done", version: 1, id }));
  }

  #counted({ bytes }: ResultLine, change: 1 | -1): void {
    this.#count += change;
    const left = (this.#lengths.get(bytes) ?? 0) + change;
    if (left === 0) this.#lengths.delete(bytes);
    else this.#lengths.set(bytes, left);
  }

  /** Closes the file, and removes it where nothing is left in it. */
  async close(): Promise<void> {
    try {
      await this.#file?.close();
      if (this.#disk !== null && this.#open === 0) await rm(this.#disk.path, { force: true });
    } finally {
      await this.#disk?.lock[Symbol.asyncDispose]();
    }
  }
}
