import { blockBytes, tarHeader, tarPadding } from "../files/tar-block.ts";

const owner = { uid: 0, gid: 0 };

/** A file of a tar archive; names of mx's own, shorter than 100 bytes. */
export interface TarFile {
  name: string;
  mode: number;
  bytes: Uint8Array;
}

/** The files as a tar archive, POSIX.1-1988 (ustar): what every tar can unpack. */
export function tar(files: TarFile[]): Buffer {
  const parts = files.flatMap(({ name, mode, bytes }) => {
    const header = tarHeader({ type: "0", name, mode, size: bytes.length, owner });
    return [header, bytes, tarPadding(bytes.length)];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * blockBytes)]);
}
