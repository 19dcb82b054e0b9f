import { MxError, ExitCode } from "@mx/cli";
import { mkdtemp, open, rm, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where a text is in a spool. */
export interface SpoolPlace {
  offset: number;
  bytes: number;
}

/**
 * Texts that wait for the end of the input, in a file without a name, which goes with the process however that ends.
 * Trials may hold whole trajectories: a large input's would not fit into memory.
 */
export class TrialSpool implements AsyncDisposable {
  readonly #file: FileHandle;
  #size = 0;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async open(): Promise<TrialSpool> {
    try {
      const folder = await mkdtemp(join(tmpdir(), "mx-score-"));
      try {
        return new TrialSpool(await open(join(folder, "trials"), "wx+", 0o600));
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    } catch (error) {
      throw spoolError(error);
    }
  }

  async add(text: string): Promise<SpoolPlace> {
    const data = Buffer.from(text);
    const place = { offset: this.#size, bytes: data.length };
    this.#size += data.length;
    try {
      for (let at = 0; at < data.length;) {
        const part = await this.#file.write(data, at, data.length - at, place.offset + at);
        at += part.bytesWritten;
      }
    } catch (error) {
      throw spoolError(error);
    }
    return place;
  }

  async read({ offset, bytes }: SpoolPlace): Promise<string> {
    const data = Buffer.alloc(bytes);
    for (let at = 0; at < bytes;) {
      const { bytesRead } = await this.#file.read(data, at, bytes - at, offset + at);
      if (bytesRead === 0) throw spoolError(new Error("it is shorter than what was written"));
      at += bytesRead;
    }
    return data.toString("utf8");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }
}

function spoolError(cause: unknown): MxError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new MxError(`trials cannot be put aside in ${tmpdir()}: ${reason}`, {
    code: "spool_unwritable",
    exitCode: ExitCode.unavailable,
    hint: "set TMPDIR to a folder on a disk with room for the failed trials",
    cause,
  });
}
