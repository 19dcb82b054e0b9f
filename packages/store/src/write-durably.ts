import type { FileHandle } from "node:fs/promises";
import { replaceFile } from "./replace-file.ts";
import { storageError } from "./storage-error.ts";

/** Replaces a file of the store, whole and on disk. Throws MxError 69 where it cannot be written. */
export async function writeDurably<T>(
  path: string,
  write: (file: FileHandle) => Promise<T>,
  temporary?: string,
): Promise<T> {
  try {
    return await replaceFile(path, write, { temporary });
  } catch (error) {
    throw storageError(path, error);
  }
}
