import { isAscii, isUtf8 } from "node:buffer";
import { LineSplitter, type Line } from "./line-splitter.ts";

const newline = 0x0a;
const byteOrderMark = "\u{feff}";

/** One line of a stream, without its end; decoded where that was done for many at once. */
export interface TextLine extends Omit<Line, "bytes"> {
  content: string | Buffer;
}

/** Lines that came together, in their order. */
export class LineBatch {
  readonly #first: Line[];
  readonly #text: string;
  readonly #onEnd: (lines: number) => void;
  #firstAt = 0;
  #at = 0;
  #number: number;
  #count = 0;

  /** `first`: lines that were cut already; `text`: whole lines after them, the first of which has `number`. */
  constructor(first: Line[], text: string, number: number, onEnd: (lines: number) => void) {
    this.#first = first;
    this.#text = text;
    this.#number = number;
    this.#onEnd = onEnd;
  }

  /** The next line that is not blank; null after the last. */
  next(): TextLine | null {
    const line = this.#first[this.#firstAt];
    if (line !== undefined) {
      this.#firstAt += 1;
      const { bytes, ...rest } = line;
      return { content: bytes, ...rest };
    }
    while (this.#at < this.#text.length) {
      const end = this.#text.indexOf("\n", this.#at);
      const content = trim(this.#text.slice(this.#at, end));
      this.#at = end + 1;
      this.#count += 1;
      if (content === "") continue;
      const number = this.#number + this.#count - 1;
      return { content, number, terminated: true, tooLong: false };
    }
    if (this.#count > 0) this.#onEnd(this.#count);
    this.#count = 0;
    return null;
  }
}

/** A line without a carriage return at its end and a byte order mark at its start; empty where it is blank. */
function trim(line: string): string {
  let text = line.endsWith("\r") ? line.slice(0, -1) : line;
  if (text.startsWith(byteOrderMark)) text = text.slice(1);
  const code = text.charCodeAt(0);
  return (code === 0x20 || code === 0x09) && /^[ \t]*$/.test(text) ? "" : text;
}

/** The text of bytes; null where they are not UTF-8. */
function decode(bytes: Buffer): string | null {
  if (isAscii(bytes)) return bytes.toString("latin1");
  return isUtf8(bytes) ? bytes.toString() : null;
}

/**
 * Cuts chunks of bytes into lines, as LineSplitter does, and decodes the lines that lie whole in a chunk together: a
 * call for each would take as long as parsing it. What is not UTF-8 is left to LineSplitter.
 */
export class BatchSplitter {
  readonly #splitter = new LineSplitter();

  /** The lines that `chunk` completes; to be read to the end before the next chunk is pushed. */
  push(chunk: Buffer): LineBatch {
    const splitter = this.#splitter;
    const firstEnd = splitter.isEmpty ? 0 : chunk.indexOf(newline) + 1;
    const lastEnd = chunk.lastIndexOf(newline) + 1;
    const whole = chunk.subarray(firstEnd, lastEnd);
    const text = lastEnd > firstEnd ? decode(whole) : null;
    if (text === null) return this.#batch(splitter.push(chunk), "", null);
    const first = firstEnd === 0 ? [] : splitter.push(chunk.subarray(0, firstEnd));
    return this.#batch(first, text, chunk.subarray(lastEnd));
  }

  /** The last line, where it has no newline. */
  end(): LineBatch {
    return this.#batch(this.#splitter.end(), "", null);
  }

  #batch(first: Line[], text: string, rest: Buffer | null): LineBatch {
    const number = this.#splitter.number + 1;
    // The lines of the text are counted when they have been found.
    if (rest !== null && rest.length > 0) this.#splitter.push(rest);
    return new LineBatch(first, text, number, (lines) => this.#splitter.count(lines));
  }
}
