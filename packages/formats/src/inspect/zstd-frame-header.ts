import { RowFault } from "../row-fault.ts";

/** What the beginning of a zstd frame says. */
export interface FrameHeader {
  /** Bytes of the header. */
  length: number;
  /** Bytes that follow and mean nothing; null: a frame of data. */
  skippable: number | null;
  /** How far back a block can refer, in bytes. */
  window: number;
  /** A checksum of 4 bytes follows the last block. */
  checksum: boolean;
}

const mib = 1024 * 1024;
const largestWindow = 256 * mib;
const magic = 0xfd2fb528;
const longestHeader = 18;

/**
 * The header of a frame (RFC 8878, section 3.1.1.1); null: more bytes are needed. Throws RowFault where no frame
 * begins, where its window is larger than 256 MiB, and where it needs a dictionary.
 */
export function frameHeader(bytes: Buffer): FrameHeader | null {
  if (bytes.length < 5) return null;
  const start = bytes.readUInt32LE(0);
  if ((start & 0xfffffff0) >>> 0 === 0x184d2a50) {
    if (bytes.length < 8) return null;
    return { length: 8, skippable: bytes.readUInt32LE(4), window: 0, checksum: false };
  }
  if (start !== magic) throw new RowFault("the zstd data is damaged: no frame begins here");
  const descriptor = bytes[4]!;
  const singleSegment = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!;
  const sizeBytes = [singleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
  const sizeAt = 5 + (singleSegment ? 0 : 1) + dictionaryBytes;
  const length = sizeAt + sizeBytes;
  if (bytes.length < Math.min(length, longestHeader)) return null;
  if ((descriptor & 8) !== 0) throw new RowFault("the zstd data is damaged: a reserved bit is set");
  if (bytes.subarray(sizeAt - dictionaryBytes, sizeAt).some((byte) => byte !== 0)) {
    throw new RowFault("the zstd data needs a dictionary, which is not read");
  }
  const window = singleSegment
    ? contentSize(bytes.subarray(sizeAt, length))
    : windowSize(bytes[5]!);
  if (window > largestWindow) {
    const size = Math.ceil(window / mib);
    throw new RowFault(
      `the zstd data has a window of ${size} MiB; 256 MiB is the most that is read`,
    );
  }
  return { length, skippable: null, window, checksum: (descriptor & 4) !== 0 };
}

function contentSize(field: Buffer): number {
  if (field.length === 8) return Number(field.readBigUInt64LE(0));
  const value = field.readUIntLE(0, field.length);
  return field.length === 2 ? value + 256 : value;
}

function windowSize(field: number): number {
  const base = 2 ** (10 + (field >> 3));
  return base + (base / 8) * (field & 7);
}
