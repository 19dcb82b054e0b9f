import { stat } from "node:fs/promises";
import { join } from "node:path";
import { chooseRun } from "./choose-run.ts";
import { runIdsByAge } from "./run-ids-by-age.ts";
import { isRunId } from "./run-id.ts";

/**
 * The id of the run that somebody means: a whole id, the beginning of just one, or `last` for the newest.
 * Throws MxError 2 where there is none or more than one.
 */
export async function findRun(home: string, wanted: string): Promise<string> {
  const runs = join(home, "runs");
  if (isRunId(wanted) && (await isFolder(join(runs, wanted)))) return wanted;
  const hint = "`mx-results list` shows the runs; $MX_HOME says where they are";
  return chooseRun(await runIdsByAge(home), wanted, { place: runs, hint });
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found?.isDirectory() ?? false;
}
