import { chmod, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ExitCode, MxError } from "@mx/cli";

/** The text of a file; null: there is none. */
export async function readPrivateFile(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw unusable(path, error, "check who may read it");
  }
}

/**
 * Puts a file in place that only its owner can read, whole and on disk before this resolves: a reader sees the old
 * one or the new one, and so does whoever comes after a kill or a power cut.
 */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  const folder = dirname(path);
  // One writer at a time, so that one name does, and what a killed one left is written over.
  const temporary = join(folder, `.${basename(path)}.tmp`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    try {
      await using file = await open(temporary, "w", 0o600);
      // A umask takes bits away, and never adds any; a file system may have its own idea of a new file's.
      await chmod(temporary, 0o600);
      await file.writeFile(text);
      await file.sync();
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    await using handle = await open(folder, "r");
    await handle.sync();
  } catch (error) {
    throw unusable(path, error, "`generated_file` in the setup file names another place");
  }
}

function unusable(path: string, error: unknown, hint: string): MxError {
  return new MxError(`${path} cannot be used: ${(error as Error).message}`, {
    code: "unusable_file",
    exitCode: ExitCode.usage,
    hint,
    cause: error,
  });
}
