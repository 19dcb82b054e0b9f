import { ExitCode, MxError } from "@mx/cli";
import { write, writeSync } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";

/** A disk that takes longer for a write, in ms and in the long run, is not waited for by the whole process any more. */
const slowMs = 1;

/** Bytes that may wait for the disk before calls have to wait too. */
const mostWaiting = 8 << 20;

export interface LineFileOptions {
  /** What errors call the file: ledger, recording, journal. */
  name: string;
  /** The flag that names it. */
  flag: string;
  /** True: a line counts as written once it would outlive the machine, and not only this process. */
  durable?: boolean;
  /** True: what a killed writer or a full disk left unfinished at the end is removed; else it gets a line of its own. */
  cutTorn?: boolean;
  /** Hears of lines that could not be written. */
  failed: (error: MxError) => void;
}

/**
 * A file of lines, appended, for its owner's eyes only. Lines that arrive in one turn of the event loop, or while a write is
 * under way, go out together.
 */
export class LineFile {
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #options: LineFileOptions;
  #lines: string[] = [];
  #written: (() => void)[] = [];
  #bytes = 0;
  #writing: Promise<void> | null = null;
  #error: MxError | null = null;
  /** True: a line may have been written in part. */
  #torn = false;
  /** True: the kernel takes bytes at once, in a tenth of the time that another thread needs to hand them over. */
  #quick: boolean;
  /** How long a write takes, in the long run. */
  #writeMs = 0;

  private constructor(path: string, file: FileHandle, options: LineFileOptions, quick: boolean) {
    this.#path = path;
    this.#file = file;
    this.#options = options;
    this.#quick = quick;
  }

  /** Opens the file, or makes it. */
  static async open(path: string, options: LineFileOptions): Promise<LineFile> {
    const { name, flag } = options;
    try {
      const file = await open(path, "a+", 0o600);
      await endLine(file, options.cutTorn ?? false);
      // A pipe waits for its reader.
      return new LineFile(path, file, options, (await file.stat()).isFile());
    } catch (cause) {
      throw new MxError(`the ${name} ${path} cannot be opened: ${(cause as Error).message}`, {
        code: `${name}_not_writable`,
        exitCode: ExitCode.usage,
        hint: `give ${flag} a file in a folder that you can write to`,
        cause,
      });
    }
  }

  /** Appends a line. `written` is called once the kernel has it, or once it is clear that the disk will not. */
  append(text: string, written?: () => void): void {
    this.#lines.push(text, "\n");
    this.#bytes += text.length + 1;
    if (written !== undefined) this.#written.push(written);
    this.#writing ??= this.#write();
  }

  /** Null: there is room. Else settles once what was added before has been taken. */
  full(): Promise<void> | null {
    return this.#bytes > mostWaiting ? this.#writing : null;
  }

  /** Writes what is left. Throws where something could not be written. */
  async close(): Promise<void> {
    await this.#writing;
    if (this.#error === null) await this.#file.datasync().catch(() => {});
    await this.#file.close();
    if (this.#error !== null) throw this.#error;
  }

  async #write(): Promise<void> {
    // Whatever else ends in this turn of the event loop goes out in the same write.
    await new Promise(setImmediate);
    while (this.#lines.length > 0) {
      const bytes = Buffer.from(this.#lines.join(""));
      const written = this.#written;
      this.#lines = [];
      this.#written = [];
      this.#bytes = 0;
      try {
        await this.#commit(bytes);
      } catch (cause) {
        this.#fail(cause as Error);
      }
      for (const tell of written) tell();
    }
    this.#writing = null;
  }

  async #commit(bytes: Buffer): Promise<void> {
    if (this.#torn) await endLine(this.#file, this.#options.cutTorn ?? false);
    this.#torn = true;
    for (let at = 0; at < bytes.length;) {
      at += this.#quick ? this.#writeNow(bytes, at) : await this.#writeSoon(bytes, at);
    }
    this.#torn = false;
    if (this.#options.durable === true) await this.#file.datasync();
  }

  #writeNow(bytes: Buffer, from: number): number {
    const began = performance.now();
    const count = writeSync(this.#file.fd, bytes, from);
    this.#writeMs += (performance.now() - began - this.#writeMs) / 100;
    if (this.#writeMs > slowMs) this.#quick = false;
    return count;
  }

  #writeSoon(bytes: Buffer, from: number): Promise<number> {
    return new Promise((resolve, reject) => {
      write(this.#file.fd, bytes, from, bytes.length - from, null, (error, count) => {
        if (error === null) resolve(count);
        else reject(error);
      });
    });
  }

  #fail(cause: Error): void {
    if (this.#error !== null) return;
    const { name, failed } = this.#options;
    const message = `the ${name} ${this.#path} cannot be written: ${cause.message}`;
    const code = `${name}_not_writable`;
    this.#error = new MxError(message, { code, exitCode: ExitCode.unavailable, cause });
    failed(this.#error);
  }
}

/** Sees to it that the next line has a line of its own, whatever a killed writer or a full disk left behind. */
async function endLine(file: FileHandle, cut: boolean): Promise<void> {
  const { size } = await file.stat();
  const chunk = Buffer.alloc(64 << 10);
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - chunk.length);
    const { bytesRead } = await file.read(chunk, 0, end - start, start);
    const newline = chunk.subarray(0, bytesRead).lastIndexOf(0x0a);
    if (start + newline + 1 === size) return;
    if (!cut) return await file.appendFile("\n");
    if (newline !== -1) return await file.truncate(start + newline + 1);
    end = start;
  }
  if (size > 0) await file.truncate(0);
}
