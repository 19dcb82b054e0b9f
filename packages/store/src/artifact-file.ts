import { ExitCode, MxError } from "@mx/cli";
import type { Artifact } from "@mx/records";
import { createHash } from "node:crypto";
import { mkdir, type FileHandle } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { storageError } from "./storage-error.ts";
import { syncFolder } from "./replace-file.ts";
import { writeDurably } from "./write-durably.ts";

/**
 * Keeps a file of one attempt as artifacts/<key>/<attempt>-<name> under `root`. It is on disk, whole, when this
 * resolves, so that a record may then point to it.
 */
export async function saveArtifact(
  root: string,
  key: string,
  attempt: number,
  name: string,
  data: Uint8Array | AsyncIterable<Uint8Array>,
): Promise<Artifact> {
  const path = artifactPath(key, attempt, name);
  const target = join(root, path);
  try {
    const made = await mkdir(dirname(target), { recursive: true });
    // The folders that are new are names in their parents.
    if (made !== undefined) {
      for (let folder = dirname(target); folder !== root && folder.length >= made.length;) {
        folder = dirname(folder);
        await syncFolder(folder);
      }
    }
  } catch (error) {
    throw storageError(target, error);
  }
  const write = async (file: FileHandle) => {
    const hash = createHash("sha256");
    let bytes = 0;
    for await (const chunk of data instanceof Uint8Array ? [data] : data) {
      hash.update(chunk);
      for (let at = 0; at < chunk.length;) {
        at += (await file.write(chunk, at, chunk.length - at)).bytesWritten;
      }
      bytes += chunk.length;
    }
    return { path, bytes, sha256: hash.digest("hex") };
  };
  return writeDurably(target, write, join(dirname(target), `.${basename(target)}.tmp`));
}

/** Where an artifact is, relative to the run. Names come from agents' side of things: they are checked. */
function artifactPath(key: string, attempt: number, name: string): string {
  const safe =
    /^[0-9a-f]{64}$/.test(key) &&
    Number.isSafeInteger(attempt) &&
    attempt >= 0 &&
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name);
  if (!safe) {
    throw new MxError(`no artifact can be named ${JSON.stringify([key, attempt, name])}`, {
      code: "bad_artifact_name",
      exitCode: ExitCode.bug,
    });
  }
  return `artifacts/${key}/${attempt}-${name}`;
}
