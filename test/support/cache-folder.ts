import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** A folder that outlives a run, for programs that tests and benchmarks install for themselves. */
export function cacheFolder(...names: string[]): string {
  const caches = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  const folder = join(caches, "mx", ...names);
  mkdirSync(folder, { recursive: true });
  return folder;
}
