import { replaceFile } from "@mx/store/replace-file";
import { storageError } from "@mx/store/storage-error";

/** Puts a line of text in place whole, for its owner only. Throws MxError 69 where it cannot be written. */
export async function putText(path: string, text: string): Promise<void> {
  try {
    await replaceFile(path, (file) => file.writeFile(`${text}\n`), { mode: 0o600 });
  } catch (error) {
    throw storageError(path, error);
  }
}
