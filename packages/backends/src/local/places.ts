import { posix } from "node:path";
import { ExitCode, MxError } from "@mx/cli";
import type { ExecSpec, SandboxPaths } from "../sandbox.ts";
import { localPaths } from "./paths.ts";

/** What every sandbox has from the host or from mx: nothing of a task's can be there. */
const systems = "usr bin sbin lib lib32 lib64 libx32 etc proc dev sys boot mx".split(" ");
/** Folders in which others are what belongs together. */
const shared = ["home", "var", "mnt", "media"];

/**
 * The folder that is bound into a sandbox so that a task finds `path`: its first part, or the first two where others
 * live in that folder too. Null: no folder of a task's can be there.
 */
export function placeOf(path: string): string | null {
  const [first = "", second] = posix.resolve("/", path).slice(1).split("/");
  if (first === "" || systems.includes(first)) return null;
  const own = [localPaths.home, localPaths.tmp].find((known) => isIn(path, known));
  if (own !== undefined) return own;
  if (!shared.includes(first)) return `/${first}`;
  const place = `/${first}/${second}`;
  return second === undefined || place === "/var/tmp" ? null : place;
}

/** True where `path` is the folder, or lies in it. */
export function isIn(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** Refuses a path at which a mount, or a folder of an exec, would hide what a sandbox needs: `taken`, or the host's. */
export function checkMountPath(path: string, taken: readonly string[]): void {
  const isPlain = /^(\/[\w.-]+)+$/.test(path) && posix.normalize(path) === path;
  const isOurs = isIn(path, "/mx")
    ? !/^\/mx\/(?!bin$|out$|run$|proxy\.sock$)[\w-][\w.-]*$/.test(path)
    : false;
  const isSystem = systems.some((name) => name !== "mx" && isIn(path, `/${name}`));
  // A folder above the workspace would hide it, and one in it may be part of the solution.
  const hides = taken.some((folder) => isIn(folder, path) || isIn(path, folder));
  if (isPlain && !isOurs && !isSystem && !hides) return;
  throw new MxError(`nothing can be mounted at ${path}`, {
    code: "bad_mount",
    exitCode: ExitCode.badData,
    hint: `mounts go to ${localPaths.checks}, another name in /mx, or a folder such as /tests`,
  });
}

/** Refuses what an exec wants at a path that `checkMountPath` refuses, in a sandbox with these folders of its own. */
export function checkExecPaths(
  { mounts = [], folders = [] }: ExecSpec,
  { workspace, home, tmp, out }: SandboxPaths,
): void {
  for (const path of [...mounts.map((mount) => mount.path), ...folders]) {
    checkMountPath(path, [workspace, home, tmp, out]);
  }
}
