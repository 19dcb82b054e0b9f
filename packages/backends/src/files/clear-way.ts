import { chmodSync, lchownSync, lstatSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { removeTree } from "../scratch/remove-tree.ts";
import type { Owner } from "./folder-view.ts";

/**
 * Makes each part of `relative` in the host folder `root` a folder of the sandbox's user, in place of links and
 * files: what is mounted there lands nowhere else. No process of the sandbox may be alive.
 */
export async function clearWay(root: string, relative: string, owner: Owner | null): Promise<void> {
  let path = root;
  for (const name of ["", ...relative.split("/").filter((part) => part !== "")]) {
    path = join(path, name);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats?.isDirectory() === true) {
      // Without these nothing in it could be reached.
      if ((stats.mode & 0o700) !== 0o700) chmodSync(path, (stats.mode & 0o7777) | 0o700);
      continue;
    }
    if (stats !== undefined) await removeTree(path);
    mkdirSync(path, 0o755);
    if (owner !== null) lchownSync(path, owner.uid, owner.gid);
  }
}
