import type { Endpoint } from "@mx/records";
import { replaceFile } from "@mx/store/replace-file";
import { storageError } from "@mx/store/storage-error";
import { resolve } from "node:path";

/** Writes an endpoint record where `--endpoint-file` says; a reader sees the old one or the new one. */
export async function writeEndpointFile(
  path: string | undefined,
  endpoint: Endpoint,
): Promise<void> {
  if (path === undefined) return;
  try {
    await replaceFile(resolve(path), (file) => file.writeFile(`${JSON.stringify(endpoint)}\n`));
  } catch (error) {
    throw storageError(path, error);
  }
}
