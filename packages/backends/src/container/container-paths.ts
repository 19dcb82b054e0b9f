import type { SandboxPaths } from "../sandbox.ts";
import { localPaths, ownFolders } from "../local/paths.ts";
import { isIn } from "../local/places.ts";

/** Where things are in a container: as in a local sandbox, but for the workspace, which an image may have elsewhere. */
export const containerPaths: SandboxPaths = { ...localPaths, node: "/mx/bin/node" };

/**
 * The folders of a container that lie on the host, by the names that they have there. `workdir`: where the image has its
 * workspace; null: it has none.
 */
export function boundFolders(workdir: string | null): Map<string, string> {
  const all = new Map<string, string>(ownFolders);
  if (workdir === null) return all;
  // What an image has in its own workspace would be hidden by a folder of the host.
  for (const path of all.keys()) if (isIn(workdir, path)) all.delete(path);
  return all;
}
