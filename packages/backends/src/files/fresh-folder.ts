import { chmodSync, chownSync, mkdirSync } from "node:fs";
import { removeTree } from "../scratch/remove-tree.ts";
import type { Owner } from "./folder-view.ts";

/** An empty folder of the sandbox's user on the host, in place of what was there. */
export async function freshFolder(path: string, owner: Owner | null): Promise<void> {
  await removeTree(path);
  mkdirSync(path);
  chmodSync(path, 0o755); // whatever our umask is
  if (owner !== null) chownSync(path, owner.uid, owner.gid);
}
