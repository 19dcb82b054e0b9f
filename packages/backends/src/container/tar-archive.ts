import { blockBytes, tarHeader, tarPadding } from "../files/tar-block.ts";

/** A file for an archive, or a symbolic link, under an absolute path or any other. */
export type ArchiveEntry = { path: string } & (
  { bytes: Uint8Array; mode: number } | { linkTo: string }
);

/** The first file of an archive, or the link that is in its place. */
export interface FirstEntry {
  /** Of the whole file; what is in `bytes` may be its beginning. */
  size: number;
  bytes: Buffer;
  /** Null: a regular file. */
  linkTo: string | null;
}

/**
 * A tar archive (POSIX.1-2001) of these, owned by `owner`. Names go into extended headers, so that they may be of
 * any length and any bytes that UTF-8 can be.
 */
export function tarArchive(entries: ArchiveEntry[], owner: { uid: number; gid: number }): Buffer {
  const parts: Uint8Array[] = [];
  for (const entry of entries) {
    const path = record("path", entry.path.replace(/^\/+/, ""));
    const link = "linkTo" in entry ? record("linkpath", entry.linkTo) : "";
    const names = Buffer.from(path + link);
    const put = (type: string, mode: number, bytes: Uint8Array) => {
      const size = bytes.byteLength;
      parts.push(tarHeader({ type, name: "mx", mode, size, owner }), bytes, tarPadding(size));
    };
    put("x", 0o644, names);
    if ("linkTo" in entry) put("2", 0o777, Buffer.alloc(0));
    else put("0", entry.mode, entry.bytes);
  }
  return Buffer.concat([...parts, Buffer.alloc(2 * blockBytes)]);
}

/** The first entry of an archive, of which only the beginning may be there. Null: no file and no link. */
export function firstEntry(archive: Buffer): FirstEntry | null {
  let linkTo: string | null = null;
  for (let at = 0; at + blockBytes <= archive.length;) {
    const block = archive.subarray(at, at + blockBytes);
    const type = String.fromCharCode(block[156] ?? 0);
    const size = sizeIn(block);
    const bytes = archive.subarray(at + blockBytes, at + blockBytes + size);
    if (type === "0" || type === "\0") return { size, bytes, linkTo: null };
    if (type === "2")
      return { size: 0, bytes: Buffer.alloc(0), linkTo: linkTo ?? text(block, 157, 100) };
    if (type === "x")
      linkTo = /(?:^|\n)\d+ linkpath=([^\n]*)\n/.exec(bytes.toString("utf8"))?.[1] ?? linkTo;
    else if (type === "K") linkTo = text(bytes, 0, bytes.length);
    else if (type !== "g" && type !== "L") return null;
    at += blockBytes + Math.ceil(size / blockBytes) * blockBytes;
  }
  return null;
}

/** A record of an extended header: its length, which counts itself, then key and value. */
function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(rest);
  let length = bytes + `${bytes}`.length;
  length = bytes + `${length}`.length;
  return `${length}${rest}`;
}

/** Over 8 GiB it is binary, with the first bit set. */
function sizeIn(block: Buffer): number {
  if (((block[124] ?? 0) & 0x80) === 0) return Number.parseInt(text(block, 124, 12).trim(), 8) || 0;
  return Number(block.readBigUInt64BE(128));
}

function text(bytes: Buffer, from: number, length: number): string {
  const part = bytes.subarray(from, from + length);
  const end = part.indexOf(0);
  return part.toString("utf8", 0, end < 0 ? part.length : end);
}
