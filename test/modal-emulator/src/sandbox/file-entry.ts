import type { Stats } from "node:fs";
import { posix } from "node:path";

/** A file as the SDK's `listFiles` and `stat` read it. */
export function fileEntry(path: string, status: Stats, symlinkTarget: string | null): object {
  return {
    name: posix.basename(path),
    path,
    type: typeOf(status),
    size: status.size,
    mode: status.mode & 0o7777,
    permissions: (status.mode & 0o777).toString(8).padStart(3, "0"),
    owner: String(status.uid),
    group: String(status.gid),
    modified_time: Math.floor(status.mtimeMs / 1000),
    symlink_target: symlinkTarget,
  };
}

function typeOf(status: Stats): string {
  if (status.isSymbolicLink()) return "symlink";
  return status.isDirectory() ? "directory" : "file";
}
