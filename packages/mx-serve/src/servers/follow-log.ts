import { open } from "node:fs/promises";
import { StringDecoder } from "node:string_decoder";
import { setTimeout as sleep } from "node:timers/promises";

export interface FollowOptions {
  /** False: what is there now. */
  follow: boolean;
  /** Aborts to end it. */
  stop: AbortSignal;
  /** True when nothing more will be written. */
  isOver: () => boolean;
}

const chunkBytes = 64 * 1024;
const lookMs = 200;

/** The text of a log file a chunk at a time; nothing where there is none. */
export async function* followLog(
  path: string,
  { follow, stop, isOver }: FollowOptions,
): AsyncGenerator<string> {
  const file = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (file === null) return;
  await using _open = file;
  const decoder = new StringDecoder("utf8");
  const buffer = Buffer.alloc(chunkBytes);
  let at = 0;
  while (!stop.aborted) {
    // Asked before reading: what is written before its end is read after it.
    const last = !follow || isOver();
    const { bytesRead } = await file.read(buffer, 0, chunkBytes, at);
    at += bytesRead;
    if (bytesRead > 0) yield decoder.write(buffer.subarray(0, bytesRead));
    else if (last) return;
    else await sleep(lookMs, undefined, { signal: stop }).catch(() => {});
  }
}
