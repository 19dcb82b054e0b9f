import { randomUUID } from "node:crypto";
import { open, rename, rm, type FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";

export interface ReplaceOptions {
  /** The temporary file. One of a fixed name, where a file has one writer, does not pile up when that is killed again and again. */
  temporary?: string | undefined;
  /** Permission bits that the file gets whatever the umask; absent: the usual ones. */
  mode?: number;
}

/**
 * Puts a file in place whole: a temporary file beside it, a rename, and both on disk before this resolves.
 * A reader sees the old file or the new one, and a kill leaves either. Throws what the system says.
 */
export async function replaceFile<T>(
  path: string,
  write: (file: FileHandle) => Promise<T>,
  { temporary = join(dirname(path), `.${randomUUID()}.tmp`), mode }: ReplaceOptions = {},
): Promise<T> {
  try {
    await using file = await open(temporary, "w", mode ?? 0o644);
    // A umask takes bits away, and a temporary file that was left has its own.
    if (mode !== undefined) await file.chmod(mode);
    const result = await write(file);
    // Data first: a rename that outlives a crash must not name an empty file.
    await file.sync();
    await rename(temporary, path);
    await syncFolder(dirname(path));
    return result;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Makes the names in a folder outlive a crash of the machine. */
export async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, "r");
  await folder.sync();
}
