import { replaceFile } from "@mx/store/replace-file";
import { mkdir, readFile } from "node:fs/promises";
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
    await replaceFile(path, (file) => file.writeFile(text), { temporary, mode: 0o600 });
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
