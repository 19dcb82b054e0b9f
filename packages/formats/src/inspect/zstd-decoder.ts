import { Decompress } from "fzstd";
import { RowFault } from "../row-fault.ts";
import { frameHeader, type FrameHeader } from "./zstd-frame-header.ts";

/** RFC 8878, section 3.1.1.2.4: no block holds or gives more. */
const largestBlock = 128 * 1024;

/**
 * Zstandard (RFC 8878) that comes in chunks: any number of frames one after another, skippable ones among them.
 *
 * fzstd decodes the blocks. Frames and blocks are taken apart here, because fzstd alone reads past a wrong header in
 * silence, keeps a window as large as a header claims, and miscounts offsets beyond 256 MiB: it gets one frame at a
 * time, whole blocks only, and a window that is never larger than what can still come. Frame checksums are passed
 * over: the zip has one over the whole member.
 */
export class ZstdDecoder {
  readonly #limit: number;
  #written = 0;
  #pending: Buffer = Buffer.alloc(0);
  #output: Buffer[] = [];
  #frame: { header: FrameHeader; decoder: Decompress } | null = null;
  /** Bytes of a skippable frame or of a checksum that are still to come. */
  #skip = 0;

  /** `limit`: bytes that come out at most; more is damage. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** What `chunk` completes. Throws RowFault where it is damaged. */
  push(chunk: Buffer): Buffer[] {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    let at = 0;
    for (;;) {
      const length = this.#step(this.#pending.subarray(at));
      if (length === 0) break;
      at += length;
    }
    this.#pending = this.#pending.subarray(at);
    const output = this.#output;
    this.#output = [];
    return output;
  }

  /** Throws RowFault where the data has not come to its end. */
  end(): void {
    if (this.#pending.length > 0 || this.#frame !== null || this.#skip > 0) {
      throw new RowFault("the zstd data is cut off");
    }
  }

  /** Takes the next part off the beginning of `bytes`, and gives its length; 0: it is not all there. */
  #step(bytes: Buffer): number {
    if (bytes.length === 0) return 0;
    if (this.#skip > 0) {
      const length = Math.min(this.#skip, bytes.length);
      this.#skip -= length;
      return length;
    }
    return this.#frame === null ? this.#startFrame(bytes) : this.#block(bytes, this.#frame);
  }

  #startFrame(bytes: Buffer): number {
    const header = frameHeader(bytes);
    if (header === null) return 0;
    if (header.skippable !== null) {
      this.#skip = header.skippable;
      return header.length;
    }
    const decoder = new Decompress((data) => this.#take(data));
    // A frame of one segment, whose window is what can still come: fzstd needs no more to look back into.
    const start = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 0]);
    start.writeUInt32LE(Math.min(header.window, Math.max(this.#limit - this.#written, 1)), 5);
    this.#frame = { header, decoder };
    decode(decoder, start, false);
    return header.length;
  }

  #block(bytes: Buffer, { header, decoder }: { header: FrameHeader; decoder: Decompress }): number {
    if (bytes.length < 3) return 0;
    const head = bytes.readUIntLE(0, 3);
    const [last, type, size] = [(head & 1) === 1, (head >> 1) & 3, head >> 3];
    if (type === 3 || size > Math.min(largestBlock, header.window)) {
      throw new RowFault("the zstd data is damaged: a block that cannot be");
    }
    const length = 3 + (type === 1 ? 1 : size);
    if (bytes.length < length) return 0;
    decode(decoder, bytes.subarray(0, length), last);
    if (last) {
      this.#frame = null;
      this.#skip = header.checksum ? 4 : 0;
    }
    return length;
  }

  #take(data: Uint8Array): void {
    if (data.length === 0) return;
    this.#written += data.length;
    if (this.#written > this.#limit) {
      throw new RowFault("the zstd data is damaged: it holds more than the archive says");
    }
    this.#output.push(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  }
}

function decode(decoder: Decompress, bytes: Buffer, last: boolean): void {
  try {
    decoder.push(bytes, last);
  } catch (error) {
    if (error instanceof RowFault) throw error;
    // What fzstd throws is of many classes: it reads past the ends of its tables.
    throw new RowFault(`the zstd data is damaged: ${error instanceof Error ? error.message : ""}`);
  }
}
