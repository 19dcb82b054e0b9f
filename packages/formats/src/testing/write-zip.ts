import { crc32, deflateRawSync } from "node:zlib";

/** A member of a zip: its name, what it holds, and how that is packed. */
export interface ZipMember {
  name: string;
  data: Buffer | string;
  /** stored, deflated, zstd */
  method?: 0 | 8 | 93;
  /** What stands in the archive, in the place of what `method` makes of the data. */
  packed?: Buffer;
  /** Bits of the header's flags. */
  flags?: number;
}

/** A zip archive (APPNOTE 6.3.9): local headers with their data, the directory, its end. */
export function zipBytes(members: readonly ZipMember[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, data, method = 8, packed, flags = 0 } of members) {
    const bytes = Buffer.from(data);
    const body = packed ?? pack(bytes, method);
    const nameBytes = Buffer.from(name);
    // From the version that is needed to the length of the extra field.
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags | 0x800, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(body.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(nameBytes.length, 22);
    const local = Buffer.concat([Buffer.from("PK\u0003\u0004"), common, nameBytes, body]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(
      Buffer.concat([Buffer.from("PK\u0001\u0002\u0014\u0000"), common, tail, nameBytes]),
    );
    parts.push(local);
    offset += local.length;
  }
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006", "latin1");
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
}

function pack(bytes: Buffer, method: ZipMember["method"]): Buffer {
  if (method === 0) return bytes;
  return method === 93 ? zstdFrames(bytes) : deflateRawSync(bytes);
}

/**
 * Zstandard without compression (RFC 8878): frames of `frameBytes` of the data each, in raw blocks of `blockBytes`,
 * with a window of 1 MiB.
 */
export function zstdFrames(
  data: Buffer,
  { frameBytes = 100_000, blockBytes = 30_000 } = {},
): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  do {
    const frame = data.subarray(at, at + frameBytes);
    parts.push(Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x50]));
    let from = 0;
    do {
      const block = frame.subarray(from, from + blockBytes);
      from += blockBytes;
      const head = Buffer.alloc(3);
      head.writeUIntLE((block.length << 3) | (from >= frame.length ? 1 : 0), 0, 3);
      parts.push(head, block);
    } while (from < frame.length);
    at += frameBytes;
  } while (at < data.length);
  return Buffer.concat(parts);
}
