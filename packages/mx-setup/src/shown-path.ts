import { relative } from "node:path";

/** A path as people know it: from the current folder, where it is below that. */
export function shownPath(path: string): string {
  const below = relative(process.cwd(), path);
  return below === "" || below.startsWith("..") ? path : below;
}
