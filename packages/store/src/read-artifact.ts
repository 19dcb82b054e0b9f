import type { Artifact } from "@mx/records";
import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { open, realpath } from "node:fs/promises";
import { join, sep } from "node:path";
import { runFolder } from "./run-folder.ts";
import { isRunId } from "./run-id.ts";

/** An artifact's bytes, or why there are none to read. */
export type ArtifactBytes = { bytes: Buffer; missing: null } | { bytes: null; missing: string };

/** Larger artifacts are not read. */
const defaultMostBytes = 64 * 1024 * 1024;

/**
 * The file that a trial's record points to, from the folder of its run under `home`. Never throws for what a file or
 * a record can be: records come from anywhere and folders are written by agents, so that neither `..` nor a link leads
 * out of the run's folder, no pipe is waited for, and a file that is not the one that the record means is not read.
 */
export async function readArtifact(
  home: string,
  runId: string,
  artifact: Artifact,
  mostBytes = defaultMostBytes,
): Promise<ArtifactBytes> {
  if (artifact.bytes > mostBytes) return absent(`its file is over ${mostBytes} bytes`);
  if (!isRunId(runId)) return absent("its file's run has no folder");
  try {
    const folder = await realpath(runFolder(home, runId));
    const path = await realpath(join(folder, artifact.path));
    if (!path.startsWith(folder + sep)) return absent("its file is not in the run's folder");
    await using file = await open(
      path,
      constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    );
    const status = await file.stat();
    if (!status.isFile()) return absent("its file is no plain file");
    // A file of another size is not read: it may be a huge one.
    const bytes = status.size === artifact.bytes ? await file.readFile() : Buffer.alloc(0);
    const digest = createHash("sha256").update(bytes).digest("hex");
    return digest === artifact.sha256
      ? { bytes, missing: null }
      : absent("its file is not the one that was kept");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    return absent(
      code === "ENOENT" ? "its file is not here" : `its file cannot be read ${code}`.trim(),
    );
  }
}

function absent(missing: string): ArtifactBytes {
  return { bytes: null, missing };
}
