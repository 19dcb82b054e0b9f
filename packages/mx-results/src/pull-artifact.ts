import { ExitCode, MxError } from "@mx/cli";
import type { Artifact } from "@mx/records";
import type { RunDirectory } from "@mx/store";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat } from "node:fs/promises";
import { join } from "node:path";

/** Where mx keeps artifacts. Any other name comes from somewhere else, and becomes no path here. */
const ours = /^artifacts\/([0-9a-f]{64})\/(0|[1-9]\d{0,8})-([A-Za-z0-9][A-Za-z0-9._-]{0,99})$/;

/**
 * Brings the file of an attempt into the folder of its run: `kept` where it is there, `new` where it came, `missing`
 * where `read` has no such file, or another than the record means, by size and SHA-256.
 */
export async function pullArtifact(
  directory: RunDirectory,
  { path, bytes, sha256 }: Artifact,
  sizes: ReadonlyMap<string, number>,
  read: (path: string) => AsyncIterable<Buffer>,
): Promise<"kept" | "new" | "missing"> {
  const [, key, attempt, name] = ours.exec(path) ?? [];
  if (key === undefined || attempt === undefined || name === undefined) return "missing";
  if (await isHere(join(directory.path, path), bytes, sha256)) return "kept";
  if (sizes.get(path) !== bytes) return "missing";
  try {
    await directory.saveArtifact(key, Number(attempt), name, checked(read(path), sha256));
    return "new";
  } catch (error) {
    if (error instanceof MxError && error.code === otherContent) return "missing";
    throw error;
  }
}

const otherContent = "other_content";

/** Fails at the end of a file that is another one, before it gets its name. */
async function* checked(chunks: AsyncIterable<Buffer>, sha256: string): AsyncGenerator<Buffer> {
  const hash = createHash("sha256");
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
  if (hash.digest("hex") === sha256) return;
  throw new MxError("not the file that was kept", {
    code: otherContent,
    exitCode: ExitCode.badData,
  });
}

async function isHere(path: string, bytes: number, sha256: string): Promise<boolean> {
  const status = await lstat(path).catch(() => null);
  if (status === null || !status.isFile() || status.size !== bytes) return false;
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex") === sha256;
}
