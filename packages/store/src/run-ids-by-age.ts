import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { errorCode } from "./error-code.ts";
import { isRunId, runIdTime } from "./run-id.ts";

/**
 * The ids of all runs, newest first. Ids that mx made say when; of others the manifest does, and those without
 * either come last.
 */
export async function runIdsByAge(home: string): Promise<string[]> {
  const folder = join(home, "runs");
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  });
  const dated: { id: string; time: string }[] = [];
  for (const entry of entries) {
    if (!isRunId(entry.name) || !(entry.isDirectory() || entry.isSymbolicLink())) continue;
    const time = runIdTime(entry.name) ?? (await manifestTime(join(folder, entry.name)));
    dated.push({ id: entry.name, time });
  }
  return newestFirst(dated);
}

/** Ids by the time that goes with each, ISO 8601 or empty, newest first. */
export function newestFirst(dated: { id: string; time: string }[]): string[] {
  const compare = (a: string, b: string) => (a < b ? 1 : a > b ? -1 : 0);
  return dated
    .toSorted((a, b) => compare(a.time, b.time) || compare(a.id, b.id))
    .map(({ id }) => id);
}

/** When a run began as its manifest has it; empty where it does not say. */
async function manifestTime(run: string): Promise<string> {
  try {
    const manifest: unknown = JSON.parse(await readFile(join(run, "run.json"), "utf8"));
    const started =
      typeof manifest === "object" && manifest !== null && "started_at" in manifest
        ? new Date(String(manifest.started_at))
        : null;
    return started === null || Number.isNaN(started.getTime()) ? "" : started.toISOString();
  } catch {
    // Whoever opens the run hears what is wrong with it.
    return "";
  }
}
