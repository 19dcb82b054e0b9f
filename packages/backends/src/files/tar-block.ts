/** Archives are made of blocks of this size. */
export const blockBytes = 512;

/** The header of an entry, POSIX.1-1988 (ustar). `name`: of 100 bytes at most. `type`: "0" for a regular file. */
export function tarHeader(o: {
  type: string;
  name: string;
  mode: number;
  size: number;
  owner: { uid: number; gid: number };
}): Buffer {
  const block = Buffer.alloc(blockBytes);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, "0")}\0`;
  block.write(o.name, 0, 100);
  block.write(octal(o.mode & 0o777, 7), 100);
  block.write(octal(o.owner.uid, 7), 108);
  block.write(octal(o.owner.gid, 7), 116);
  block.write(octal(o.size, 11), 124);
  block.write(octal(Math.floor(Date.now() / 1000), 11), 136);
  block.write("        ", 148); // the checksum is made with spaces in its place
  block.write(o.type, 156);
  block.write("ustar\x0000", 257, "latin1");
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

/** What comes after so many bytes of content, up to the end of their last block. */
export function tarPadding(bytes: number): Buffer {
  return Buffer.alloc((blockBytes - (bytes % blockBytes)) % blockBytes);
}
