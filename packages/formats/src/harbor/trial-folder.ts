import { join } from "node:path";
import { define, readObject, sliceDocument } from "../slice-document.ts";
import { sliceValue } from "../slice-value.ts";
import { objectOf, type JsonObject } from "../json-value.ts";
import { fileChunks, findFile, folderNames } from "../open-file.ts";

/** Token ids and log probabilities of every call: models/agent/rollout_detail.py. */
const rolloutDetails = "rollout_details";

/** The result of a trial (models/trial/result.py) without the parts that no trial needs and that can be the largest. */
export async function readTrialResult(path: string): Promise<JsonObject> {
  const result: JsonObject = {};
  for await (const slice of sliceDocument(fileChunks(path), () => "whole")) {
    if (slice.index !== null) continue;
    const isObject = slice.bytes[0] === 0x7b && slice.problem === null;
    const value =
      slice.member === "agent_result" && isObject
        ? await readObject([slice.bytes], (name) => name !== rolloutDetails)
        : sliceValue(slice);
    define(result, slice.member, value);
  }
  return result;
}

/** The members of a small JSON file of a folder; none where it is not there. */
export async function readFolderFile(folder: string, name: string): Promise<JsonObject> {
  const path = await findFile(folder, name);
  return path === null ? {} : readObject(fileChunks(path));
}

/** The trajectory of a trial: of its agent, or of the last step that has one. Null: there is none. */
export async function trajectoryPath(folder: string, result: JsonObject): Promise<string | null> {
  const own = await findFile(join(folder, "agent"), "trajectory.json");
  if (own !== null) return own;
  const steps = Array.isArray(result["step_results"]) ? (result["step_results"] as unknown[]) : [];
  for (const step of steps.toReversed()) {
    const name = objectOf(step)?.["step_name"];
    // Names of steps are names of folders, and nothing else is looked into.
    if (typeof name !== "string" || !/^[A-Za-z0-9][\w.-]*$/.test(name)) continue;
    const found = await findFile(join(folder, "steps", name, "agent"), "trajectory.json");
    if (found !== null) return found;
  }
  return null;
}

/** True where a folder is that of one trial. */
export async function isTrialFolder(folder: string): Promise<boolean> {
  const path = await findFile(folder, "result.json");
  if (path === null) return false;
  const names = new Set(["task_name", "trial_name", "agent_info"]);
  const found = await readObject(fileChunks(path), (name) => names.has(name)).catch(() => ({}));
  return "task_name" in found && "trial_name" in found;
}

/** True where a folder is that of a job: by its config or its result, else by the trials in it. */
export async function isJobFolder(folder: string): Promise<boolean> {
  const config = await readFolderFile(folder, "config.json").catch(() => ({}));
  if ("n_attempts" in config && "agents" in config) return true;
  const result = await findFile(folder, "result.json");
  if (result !== null) {
    const names = new Set(["n_total_trials", "stats"]);
    const found = await readObject(fileChunks(result), (name) => names.has(name)).catch(() => ({}));
    if ("n_total_trials" in found && "stats" in found) return true;
  }
  const [first] = await subfolders(folder);
  return first !== undefined && isTrialFolder(join(folder, first));
}

/** Folders of a job that may be those of trials, sorted by name. */
export async function subfolders(folder: string): Promise<string[]> {
  const names = (await folderNames(folder)).filter((name) => !name.startsWith("."));
  const found: string[] = [];
  for (const name of names) {
    if ((await findFile(join(folder, name), "result.json")) !== null) found.push(name);
  }
  return found;
}
