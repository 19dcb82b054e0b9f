import { lstatSync, readlinkSync } from "node:fs";
import { join, posix } from "node:path";
import type { Mount, Place } from "./machine.ts";

const mostLinks = 40;

/**
 * Finds on the host what a path inside names. Links are followed by hand: an absolute one starts at the root inside, not at
 * the host's.
 */
export function locate(
  path: string,
  { root, mounts, followLast }: { root: string; mounts: readonly Mount[]; followLast: boolean },
): Place {
  let links = 0;
  let done = "/";
  let rest = parts(path);
  while (rest.length > 0) {
    const [name, ...after] = rest;
    const next = posix.normalize(posix.join(done, name!));
    const target = after.length > 0 || followLast ? linkTarget(place(next, root, mounts)) : null;
    if (target === null) {
      done = next;
      rest = after;
    } else {
      if (++links > mostLinks) {
        throw Object.assign(new Error(`ELOOP: too many symbolic links, '${path}'`), {
          code: "ELOOP",
        });
      }
      if (target.startsWith("/")) done = "/";
      rest = [...parts(target), ...after];
    }
  }
  return place(done, root, mounts);
}

function parts(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}

function place(path: string, root: string, mounts: readonly Mount[]): Place {
  let found: Mount | null = null;
  for (const mount of mounts) {
    const isInside = path === mount.path || path.startsWith(`${mount.path}/`);
    if (isInside && (found === null || mount.path.length > found.path.length)) found = mount;
  }
  if (found === null) return { hostPath: join(root, path), readOnly: false };
  return {
    hostPath: join(found.hostPath, path.slice(found.path.length)),
    readOnly: found.readOnly,
  };
}

function linkTarget({ hostPath }: Place): string | null {
  const status = lstatSync(hostPath, { throwIfNoEntry: false });
  return status?.isSymbolicLink() === true ? readlinkSync(hostPath) : null;
}
