import { join } from "node:path";
import { readObject } from "../slice-document.ts";
import type { ReadOptions } from "../format.ts";
import { objectOf } from "../json-value.ts";
import { fileChunks, fileStart, findFile } from "../open-file.ts";
import { RowFault } from "../row-fault.ts";
import type { TrialFiles } from "./harbor-trial.ts";
import { readAtif, type AtifFile } from "./read-atif.ts";
import { readFolderFile, readTrialResult, trajectoryPath } from "./trial-folder.ts";
import { testsText } from "./trial-rewards.ts";

/**
 * The files of a trial's folder. Throws RowFault where one that Harbor itself writes is damaged. What was written in
 * the sandbox, where an agent may have been stopped in the middle of it, is read as far as it goes.
 */
export async function readTrialFolder(folder: string, options: ReadOptions): Promise<TrialFiles> {
  const result = await readTrialResult(join(folder, "result.json"));
  const lock = await readFolderFile(folder, "lock.json");
  const path = await trajectoryPath(folder, result);
  const keep = options.withoutTrajectories !== true;
  const trajectory = path === null ? null : await attempt(() => readAtif(path, keep));
  const verifier = join(folder, "verifier");
  const report = await attempt(() => readFolderFile(verifier, "ctrf.json"));
  const given = objectOf(result["verifier_result"]);
  const hasOwn = given !== null || result["exception_info"] != null;
  return {
    result,
    lock,
    rewards: hasOwn ? given?.["rewards"] : await rewardFile(verifier),
    tests: report instanceof RowFault ? null : testsText(report),
    ...atifOf(trajectory),
  };
}

function atifOf(found: AtifFile | RowFault | null): Pick<TrialFiles, "atif" | "damage"> {
  return found instanceof RowFault
    ? { atif: null, damage: found.message }
    : { atif: found, damage: null };
}

/** What the verifier wrote: `reward.json`, or one number in `reward.txt` (verifier/verifier.py). */
async function rewardFile(verifier: string): Promise<unknown> {
  const json = await findFile(verifier, "reward.json");
  if (json !== null) {
    const rewards = await attempt(() => readObject(fileChunks(json)));
    return rewards instanceof RowFault ? null : rewards;
  }
  const path = await findFile(verifier, "reward.txt");
  const text = path === null ? "" : ((await fileStart(path))?.toString("utf8").trim() ?? "");
  return text === "" ? null : { reward: Number(text) };
}

async function attempt<T>(read: () => Promise<T>): Promise<T | RowFault> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof RowFault) return error;
    throw error;
  }
}
