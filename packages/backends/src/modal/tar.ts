const blockBytes = 512;

/** A file of a tar archive; names of mx's own, shorter than 100 bytes. */
export interface TarFile {
  name: string;
  mode: number;
  bytes: Uint8Array;
}

/** The files as a tar archive, POSIX.1-1988 (ustar): what every tar can unpack. */
export function tar(files: TarFile[]): Buffer {
  const parts = files.flatMap(({ name, mode, bytes }) => {
    const padding = (blockBytes - (bytes.length % blockBytes)) % blockBytes;
    return [header(name, mode, bytes.length), bytes, Buffer.alloc(padding)];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * blockBytes)]);
}

function header(name: string, mode: number, size: number): Buffer {
  const block = Buffer.alloc(blockBytes);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, "0")}\0`;
  block.write(name, 0, 100);
  block.write(octal(mode & 0o777, 7), 100);
  block.write(octal(0, 7), 108); // owner: root
  block.write(octal(0, 7), 116);
  block.write(octal(size, 11), 124);
  block.write(octal(Math.floor(Date.now() / 1000), 11), 136);
  block.write("        ", 148); // the checksum is made with spaces in its place
  block.write("0", 156);
  block.write("ustar\x0000", 257, "latin1");
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}
