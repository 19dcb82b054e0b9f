import { Masker } from "@mx/cli";
import { open } from "node:fs/promises";

const mostBytes = 8_192;

/** The last lines of the log of a server, `lines` at most, its key masked; empty where there is none. */
export async function logTail(path: string, key: string | null, lines = 15): Promise<string> {
  try {
    await using file = await open(path, "r");
    const { size } = await file.stat();
    const from = Math.max(0, size - mostBytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
    const text = buffer.toString("utf8", 0, bytesRead);
    const last = text
      .trimEnd()
      .split(/\r?\n|\r/)
      .slice(-lines);
    return new Masker(key === null ? [] : [key]).text(last.join("\n"));
  } catch {
    return "";
  }
}
