import { ExitCode, MxError } from "@mx/cli";
import { open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** So much of a file is looked at to tell its format. */
const startBytes = 64 * 1024;
const chunkBytes = 256 * 1024;

/**
 * The beginning of a file, or null for a folder. Throws MxError 2 for what is not there or may not be read, and for
 * pipes: a file is read more than once.
 */
export async function fileStart(path: string): Promise<Buffer | null> {
  return orUnreadable(path, async () => {
    await using file = await open(path);
    const found = await file.stat();
    if (found.isDirectory()) return null;
    if (!found.isFile()) throw unreadable(path, "is no file that can be read twice");
    const { bytesRead, buffer } = await file.read(Buffer.alloc(startBytes), 0, startBytes, null);
    return buffer.subarray(0, bytesRead);
  });
}

/** The bytes of a file, a chunk at a time. Throws MxError 2 for what is not there or may not be read. */
export async function* fileChunks(path: string): AsyncGenerator<Buffer> {
  await using file = await orUnreadable(path, () => open(path));
  for (;;) {
    // Chunks are held by the values in them, so each has its own memory.
    const chunk = Buffer.allocUnsafe(chunkBytes);
    const { bytesRead } = await orUnreadable(path, () => file.read(chunk, 0, chunkBytes, null));
    if (bytesRead === 0) return;
    yield chunk.subarray(0, bytesRead);
  }
}

/** Names of what is in a folder, sorted, so that no result depends on the order of a file system. */
export async function folderNames(path: string): Promise<string[]> {
  return (await orUnreadable(path, () => readdir(path))).toSorted();
}

/** The first of the names that is a file in the folder, as a path; null: none is. */
export async function findFile(folder: string, ...names: string[]): Promise<string | null> {
  for (const name of names) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (found?.isFile() === true) return path;
  }
  return null;
}

async function orUnreadable<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (cause instanceof MxError || typeof code !== "string") throw cause;
    throw unreadable(path, code === "ENOENT" ? "is not there" : "is not readable", cause);
  }
}

function unreadable(path: string, why: string, cause?: unknown): MxError {
  return new MxError(`${path} ${why}`, {
    code: "unreadable_file",
    exitCode: ExitCode.usage,
    hint: "give the path of a file or folder with results",
    cause,
  });
}
