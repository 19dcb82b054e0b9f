import { createHash } from "node:crypto";
import { posix } from "node:path";
import type { Cloud } from "../cloud.ts";
import { alreadyExists, invalid, notFound } from "../grpc/status.ts";
import { volumePath, type Volume, type VolumeEntry } from "../volume/volume.ts";
import type { ControlCalls, Request } from "./control-api.ts";

/** Bytes of one presigned URL. */
const blockBytes = 8 * 2 ** 20;
/** modal.client.FileEntry.FileType. */
const types = { file: 1, directory: 2, symlink: 3 } as const;

/** Files of volumes, from outside: what is read has been committed, and what is written is committed at once. */
export function volumeFileCalls(cloud: Cloud): ControlCalls {
  const list = async function* (request: Request<"volumeListFiles2">) {
    const { volumeId, path = "", recursive = false } = request;
    const entries = listed(cloud.volumes.get(volumeId), volumePath(path), recursive);
    for (let at = 0; at < entries.length; at += 1000)
      yield { entries: entries.slice(at, at + 1000) };
  };
  const removeFile = ({ volumeId, path = "", recursive = false }: Request<"volumeRemoveFile2">) => {
    cloud.volumes.get(volumeId).remove(volumePath(path), recursive);
    return {};
  };
  const copyFiles = (request: Request<"volumeCopyFiles2">) => {
    const sources = (request.srcPaths ?? []).filter((path) => path !== undefined).map(volumePath);
    const destination = volumePath(request.dstPath ?? "");
    cloud.volumes.get(request.volumeId).copy(sources, destination, request.recursive ?? false);
    return {};
  };
  return {
    volumeListFiles: list,
    volumeListFiles2: list,
    volumeRemoveFile: removeFile,
    volumeRemoveFile2: removeFile,
    volumeCopyFiles: copyFiles,
    volumeCopyFiles2: copyFiles,
    volumeGetFile2({ volumeId, path = "", start = 0, len = 0 }) {
      const { content, size } = fileOf(cloud.volumes.get(volumeId), path);
      const end = len > 0 ? Math.min(size, start + len) : size;
      const getUrls: string[] = [];
      for (let at = start; at < end; at += blockBytes) {
        const part = { file: content!, start: at, end: Math.min(end, at + blockBytes) };
        getUrls.push(cloud.blocks.getUrl(part));
      }
      return { getUrls, size, start, len: Math.max(0, end - start) };
    },
    volumePutFiles2: (request) => putFiles(cloud, request),
    mountPutFile({ sha256Hex = "", data }) {
      if (data !== undefined) {
        const actual = createHash("sha256").update(data).digest("hex");
        if (actual !== sha256Hex) throw invalid("the content has another hash");
        cloud.blocks.add(sha256Hex, Buffer.from(data));
      }
      return { exists: cloud.blocks.get(sha256Hex) !== undefined, checkedAt: new Date() };
    },
    volumePutFiles({ volumeId, files = [], disallowOverwriteExistingFiles = false }) {
      const volume = cloud.volumes.get(volumeId);
      for (const { filename = "", sha256Hex = "", mode } of files) {
        const block = cloud.blocks.get(sha256Hex);
        if (block === undefined) throw notFound(`no content with hash ${sha256Hex}`);
        put(volume, filename, { blocks: [block], mode, keep: disallowOverwriteExistingFiles });
      }
      return {};
    },
  };
}

function listed(volume: Volume, path: string, recursive: boolean) {
  const entries = volume.below(path);
  if (entries.length === 0 && path !== "") throw notFound(`No such file or directory: ${path}`);
  const isFile = entries[0]?.[0] === path && entries[0][1].kind !== "directory";
  const depth = path === "" ? 1 : path.split("/").length + 1;
  return entries
    .filter(
      ([name]) => isFile || (name !== path && (recursive || name.split("/").length === depth)),
    )
    .map(([name, { kind, mtime, size }]) => ({ path: name, type: types[kind], mtime, size }));
}

function fileOf(volume: Volume, path: string): VolumeEntry {
  let name = volumePath(path);
  for (let links = 0; links < 40; links += 1) {
    const entry = volume.get(name);
    if (entry?.kind === "file") return entry;
    if (entry?.kind !== "symlink") break;
    name = volumePath(posix.join(posix.dirname(name), entry.target!));
  }
  throw notFound(`No such file: ${path}`);
}

/** Says which blocks are missing; when none is, writes the files. */
function putFiles(cloud: Cloud, request: Request<"volumePutFiles2">) {
  const { volumeId, files = [], disallowOverwriteExistingFiles = false } = request;
  const volume = cloud.volumes.get(volumeId);
  const missingBlocks: { fileIndex: number; blockIndex: number; putUrl: string }[] = [];
  for (const [fileIndex, { blocks = [] }] of files.entries()) {
    for (const [blockIndex, block] of blocks.entries()) {
      const hash = hexOf(block.contentsSha256);
      if (cloud.blocks.get(hash) !== undefined) continue;
      missingBlocks.push({ fileIndex, blockIndex, putUrl: cloud.blocks.putUrl(hash) });
    }
  }
  if (missingBlocks.length > 0) return { missingBlocks };
  for (const { path = "", blocks = [], mode, size } of files) {
    const contents = blocks.map((block) => cloud.blocks.get(hexOf(block.contentsSha256))!);
    const total = contents.reduce((sum, block) => sum + block.length, 0);
    if (size !== undefined && size !== total)
      throw invalid(`${path} has ${total} bytes, not ${size}`);
    put(volume, path, { blocks: contents, mode, keep: disallowOverwriteExistingFiles });
  }
  return { missingBlocks: [] };
}

function put(
  volume: Volume,
  path: string,
  { blocks, mode, keep }: { blocks: Buffer[]; mode: number | undefined; keep: boolean },
): void {
  const name = volumePath(path);
  if (keep && volume.get(name) !== undefined) throw alreadyExists(`${path} already exists`);
  volume.putBytes(name, blocks, mode ?? 0o644);
}

function hexOf(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString("hex");
}
