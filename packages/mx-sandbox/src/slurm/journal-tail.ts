import { parseRecord } from "@mx/cli";
import { knownTypes } from "@mx/cli/known-types";
import type { AnyRecord, Trial } from "@mx/records";
import { open } from "node:fs/promises";

const chunkBytes = 1024 * 1024;
const newline = 10;

/** A journal that another process, on another node perhaps, appends to. */
export class JournalTail {
  readonly path: string;
  #offset = 0;
  #line = 0;

  constructor(path: string) {
    this.path = path;
  }

  /**
   * The attempts that were appended since it was last asked; none where there is no file yet. A last line that is
   * not whole is left for the next time: it is being written, or its writer will repair it. Throws BadRecordError for
   * a line that is no record.
   */
  async *read(): AsyncGenerator<Trial & AnyRecord> {
    // Opened anew each time: a network file system shows what others wrote to who opens a file.
    const file = await open(this.path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ESTALE") return null;
      throw error;
    });
    if (file === null) return;
    await using _file = file;
    const known = knownTypes(["trial"]);
    for (let size = chunkBytes; ;) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(size), 0, size, this.#offset);
      const end = buffer.subarray(0, bytesRead).lastIndexOf(newline) + 1;
      if (end === 0) {
        if (bytesRead < size) return;
        // A line that is longer than what was read.
        size *= 2;
        continue;
      }
      this.#offset += end;
      for (const text of buffer.toString("utf8", 0, end - 1).split("\n")) {
        this.#line += 1;
        const record = parseRecord(text, { source: this.path, line: this.#line, known });
        if (record.type === "trial") yield record as Trial & AnyRecord;
      }
    }
  }
}
