import { promisify } from "node:util";
import * as zlib from "node:zlib";

/** The most that a compressed copy may grow to; a small body can claim to be terabytes. */
const maxOutputLength = 64 << 20;

type Decode = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const decoders: Record<string, Decode> = {
  gzip: promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.gunzip),
  "x-gzip": promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.gunzip),
  deflate: promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.inflate),
  br: promisify<Buffer, zlib.BrotliOptions, Buffer>(zlib.brotliDecompress),
};

// Node has zstd from 22.15 on.
const { zstdDecompress } = zlib as { zstdDecompress?: typeof zlib.gunzip };
if (zstdDecompress !== undefined) {
  decoders["zstd"] = promisify<Buffer, zlib.ZlibOptions, Buffer>(zstdDecompress);
}

/** A body as it is without its content encoding; unknown: that encoding is none of ours, or it is too much. */
export async function decodeBody(
  bytes: Buffer,
  encoding: string,
): Promise<Buffer | "unknown" | "damaged"> {
  const decode = decoders[encoding.trim().toLowerCase()];
  if (decode === undefined) return "unknown";
  try {
    return await decode(bytes, { maxOutputLength });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ERR_BUFFER_TOO_LARGE" ? "unknown" : "damaged";
  }
}
