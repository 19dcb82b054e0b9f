import { createHash } from "node:crypto";
import { failureKind } from "./client/modal-failure.ts";
import type { RawCalls, VolumeEntry } from "./client/raw.ts";
import { transfer } from "./client/transfer.ts";

/** Blocks that volumes are made of. */
const blockBytes = 8 * 1024 * 1024;

/** A file for a volume. */
export interface VolumeFile {
  path: string;
  bytes: Uint8Array;
  /** Permission bits; default: the volume's own. */
  mode?: number;
}

/** What a folder of a volume holds; empty where it is not there. */
export async function listVolume(
  raw: RawCalls,
  volumeId: string,
  path: string,
  recursive: boolean,
): Promise<VolumeEntry[]> {
  try {
    return await raw.volumeFiles(volumeId, path, recursive);
  } catch (error) {
    if (failureKind(error) === "not_found") return [];
    throw error;
  }
}

/**
 * Puts files into a volume, visible at once to sandboxes that are made from now on. Only blocks that Modal does not
 * have travel; the same files again are no work.
 */
export async function uploadFiles(
  raw: RawCalls,
  volumeId: string,
  files: VolumeFile[],
): Promise<void> {
  const described = files.map(({ path, bytes, mode }) => ({
    path,
    ...(mode === undefined ? {} : { mode }),
    size: bytes.length,
    blocks: blocksOf(bytes).map((block) => ({
      contentsSha256: new Uint8Array(createHash("sha256").update(block).digest()),
    })) as { contentsSha256: Uint8Array; putResponse?: Uint8Array }[],
  }));
  const missing = await raw.putFiles(volumeId, described);
  if (missing.length === 0) return;
  for (const { fileIndex, blockIndex, putUrl } of missing) {
    const file = files[fileIndex];
    const block = described[fileIndex]?.blocks[blockIndex];
    if (file === undefined || block === undefined)
      throw new Error("Modal asks for a block that is none");
    const body = Buffer.from(blocksOf(file.bytes)[blockIndex] as Uint8Array);
    block.putResponse = await transfer("upload", putUrl, { method: "PUT", body });
  }
  const left = await raw.putFiles(volumeId, described);
  if (left.length > 0) throw new Error(`Modal did not take ${left.length} blocks of an upload`);
}

function blocksOf(bytes: Uint8Array): Uint8Array[] {
  const count = Math.ceil(bytes.length / blockBytes);
  return Array.from({ length: count }, (_, n) =>
    bytes.subarray(n * blockBytes, (n + 1) * blockBytes),
  );
}
