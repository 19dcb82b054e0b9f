import { constants } from "node:buffer";

const newline = 0x0a;
const carriageReturn = 0x0d;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** So much of a line that is too long is kept, to show where it stands. */
const kept = 64;
const nothing = Buffer.alloc(0);

/** One line of a stream, without its end. */
export interface Line {
  bytes: Buffer;
  /** Counted from 1; blank lines count. */
  number: number;
  /** False for a last line that has no newline: it may have been cut off. */
  terminated: boolean;
  /** True for a line that no string can hold: `bytes` is only its beginning. */
  tooLong: boolean;
}

function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte !== 0x20 && byte !== 0x09) return false;
  return true;
}

/**
 * Cuts chunks of bytes into lines. Takes LF and CRLF, and skips blank lines and byte order marks (at the start of
 * any line, because files are put together with `cat`). The parts of a long line are kept as they are until its
 * end has come, so that a line costs its own size once, however many chunks it comes in.
 */
export class LineSplitter {
  readonly #limit: number;
  #parts: Buffer[] = [];
  #size = 0;
  #number = 0;
  #skipping = false;

  /** A line of more than `limit` bytes is not kept; by default what fits into a string. */
  constructor(limit: number = constants.MAX_STRING_LENGTH) {
    this.#limit = limit;
  }

  /** True where no part of a line is held. */
  get isEmpty(): boolean {
    return this.#parts.length === 0 && !this.#skipping;
  }

  /** Lines so far, blank ones included. */
  get number(): number {
    return this.#number;
  }

  /** Counts lines that were cut elsewhere. */
  count(lines: number): void {
    this.#number += lines;
  }

  /** The lines that `chunk` completes. */
  push(chunk: Buffer): Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      if (this.#skipping) this.#skipping = false;
      else this.#finish(chunk.subarray(start, end), true, lines);
      start = end + 1;
    }
    if (start === chunk.length || this.#skipping) return lines;
    const part = chunk.subarray(start);
    this.#parts.push(part);
    this.#size += part.length;
    if (this.#size > this.#limit) {
      // Said at once: its end may never come.
      this.#skipping = true;
      this.#finish(nothing, false, lines);
    }
    return lines;
  }

  /** The last line, where it has no newline. */
  end(): Line[] {
    const lines: Line[] = [];
    if (this.#parts.length > 0) this.#finish(nothing, false, lines);
    return lines;
  }

  /** Completes the line that the parts and `tail` make up. */
  #finish(tail: Buffer, terminated: boolean, into: Line[]): void {
    const parts = this.#parts;
    const tooLong = this.#size + tail.length > this.#limit;
    if (parts.length > 0) this.#parts = [];
    this.#size = 0;
    this.#number += 1;
    let bytes =
      parts.length === 0 ? tail : Buffer.concat(tooLong ? parts.slice(0, 1) : [...parts, tail]);
    if (tooLong) bytes = bytes.subarray(0, kept);
    if (bytes.at(-1) === carriageReturn) bytes = bytes.subarray(0, -1);
    if (bytes[0] === byteOrderMark[0] && bytes.subarray(0, 3).equals(byteOrderMark)) {
      bytes = bytes.subarray(3);
    }
    if (!isBlank(bytes)) into.push({ bytes, number: this.#number, terminated, tooLong });
  }
}
