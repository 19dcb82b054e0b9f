import { errorCode } from "@mx/store/error-code";
import { open, readdir, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Opens a file that another host may have made or replaced just now; null where there is none. NFS remembers for up to
 * a minute that there was none, and asks its server again when the folder is listed.
 */
export async function openShared(path: string): Promise<FileHandle | null> {
  const file = await openThere(path);
  if (file !== null) return file;
  await readdir(dirname(path)).catch(() => []);
  return openThere(path);
}

async function openThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path);
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ESTALE") return null;
    throw error;
  }
}
