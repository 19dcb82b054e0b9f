import { parseRecord } from "@mx/cli";
import { knownTypes } from "@mx/cli/known-types";
import type { AnyRecord, Trial } from "@mx/records";
import type { FileHandle } from "node:fs/promises";
import { openShared } from "./open-shared.ts";

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
   * not whole is left for the next time: it is being written, or its writer will repair it. Where its writer took back
   * lines that were read already, as it does when a disk is full, all come again. Throws BadRecordError for a line
   * that is no record.
   */
  async *read(): AsyncGenerator<Trial & AnyRecord> {
    // Opened anew each time: a network file system shows what others wrote to who opens a file.
    const file = await openShared(this.path);
    if (file === null) return;
    await using _file = file;
    if (!(await beginsLine(file, this.#offset))) [this.#offset, this.#line] = [0, 0];
    const known = knownTypes(["trial"]);
    for (let size = chunkBytes; ;) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(size), 0, size, this.#offset);
      // NFS may know the new length of a file before it has what is new in it, and shows zeros there.
      const zero = buffer.subarray(0, bytesRead).indexOf(0);
      const length = zero < 0 ? bytesRead : zero;
      const end = buffer.subarray(0, length).lastIndexOf(newline) + 1;
      if (end === 0) {
        if (length < size) return;
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

/** True where a line begins at this offset, or the file ends there with a whole line. */
async function beginsLine(file: FileHandle, offset: number): Promise<boolean> {
  if (offset === 0) return true;
  const { buffer, bytesRead } = await file.read(Buffer.alloc(1), 0, 1, offset - 1);
  return bytesRead === 1 && buffer[0] === newline;
}
