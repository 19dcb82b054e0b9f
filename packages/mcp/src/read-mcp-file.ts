import { readFileSync, statSync } from "node:fs";

const mostBytes = 1024 * 1024;

/** The bytes of a configuration. Throws an error for what is no regular file, and for one of over 1 MiB. */
export function readMcpFile(path: string): Buffer {
  const stats = statSync(path);
  if (!stats.isFile()) throw new Error("it is not a regular file");
  if (stats.size > mostBytes) throw new Error(`it is over ${mostBytes} bytes`);
  return readFileSync(path);
}
