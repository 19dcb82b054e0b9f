import { ExitCode, MxError } from "@mx/cli";
import { open, type FileHandle } from "node:fs/promises";
import { CassetteLine } from "./cassette-line.ts";
import { indexCassette, type CassetteIndex, type Entry } from "./cassette-index.ts";

/** A recording, checked as a whole. Its calls stay in the file and are read when they are asked for. */
export class Cassette {
  /** All lines, in order. */
  readonly entries: readonly Entry[];
  /** Ids of the models that were listed, else of those that were asked. */
  readonly models: readonly string[];
  readonly #file: FileHandle;
  readonly #byDigest = new Map<string, Entry[]>();

  private constructor(file: FileHandle, { entries, models }: CassetteIndex) {
    this.#file = file;
    this.entries = entries;
    this.models = models;
    for (const entry of entries) {
      const same = this.#byDigest.get(entry.digest);
      if (same === undefined) this.#byDigest.set(entry.digest, [entry]);
      else same.push(entry);
    }
  }

  /** Opens a recording and checks all of it; an error names the file and the line. */
  static async open(path: string): Promise<Cassette> {
    let file: FileHandle;
    try {
      file = await open(path);
    } catch (cause) {
      throw new MxError(`the recording cannot be read: ${(cause as Error).message}`, {
        code: "recording_not_readable",
        exitCode: ExitCode.usage,
        cause,
      });
    }
    try {
      return new Cassette(file, await indexCassette(file, path));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** The lines that record this request, whoever made it. */
  find(digest: string): readonly Entry[] {
    return this.#byDigest.get(digest) ?? [];
  }

  async read({ start, bytes }: Entry): Promise<CassetteLine> {
    const { buffer } = await this.#file.read(Buffer.alloc(bytes), 0, bytes, start);
    return CassetteLine.parse(JSON.parse(buffer.toString()));
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
