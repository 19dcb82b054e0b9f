import { shownName } from "./group-names.ts";

/**
 * Names of arms for a table: those that are paths without the folders that all of them share. Returns what to call
 * each.
 */
export function armNames(names: readonly string[]): (name: string) => string {
  const paths = [...new Set(names)].map((name) => name.split("/"));
  const shortest = Math.min(...paths.map((parts) => parts.length));
  let shared = 0;
  while (
    paths.length > 1 &&
    shared < shortest - 1 &&
    paths.every((parts) => parts[shared] === paths[0]?.[shared])
  ) {
    shared += 1;
  }
  return (name) => shownName(name.split("/").slice(shared).join("/"));
}
