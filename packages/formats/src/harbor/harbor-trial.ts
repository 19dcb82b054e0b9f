import type { ScoredTrial } from "@mx/records";
import type { ReadOptions } from "../format.ts";
import { isoTime } from "../iso-time.ts";
import { objectOf, textOf, type JsonObject } from "../json-value.ts";
import { makeTrial } from "../make-trial.ts";
import { RowFault } from "../row-fault.ts";
import { agentSettings } from "./agent-arms.ts";
import { armOfTrial, type HarborJob } from "./harbor-job.ts";
import type { AtifFile } from "./read-atif.ts";
import { taskName } from "./task-name.ts";
import { trialEnding, type TrialEnding } from "./trial-ending.ts";
import { trialRewards } from "./trial-rewards.ts";
import { trialUsage } from "./trial-usage.ts";

/** All that the folder of a trial has. */
export interface TrialFiles {
  /** `result.json`: models/trial/result.py */
  result: JsonObject;
  /** `lock.json`, or nothing. */
  lock: JsonObject;
  /** The verifier's own file, where the result has no rewards. */
  rewards: unknown;
  /** What its tests found, for a person. */
  tests: string | null;
  atif: AtifFile | null;
  /** Why there is a trajectory and none could be read. */
  damage: string | null;
}

/**
 * A trial of Harbor. Its name is part of the key, because Harbor numbers no trials: `numberOf` gives the number by
 * task and name. Throws RowFault where it is not said what the trial is of.
 */
export function harborTrial(
  files: TrialFiles,
  job: HarborJob,
  numberOf: (cell: string, name: string) => number,
  options: ReadOptions,
): ScoredTrial {
  const { result, lock, atif } = files;
  const taskId = taskName(result["task_id"]) ?? textOf(result["task_name"]);
  if (taskId === null) throw new RowFault("the result names no task");
  const name = textOf(result["trial_name"]);
  if (name === null) throw new RowFault("the result names no trial");
  const config = objectOf(result["config"]) ?? {};
  const agent = objectOf(config["agent"]) ?? {};
  const info = objectOf(result["agent_info"]) ?? {};
  const { arm, runId } = armOfTrial(job, agent);
  const { scores, reward } = trialRewards(files.rewards, files.tests);
  const digest = digestOf(result, lock);
  return makeTrial(
    {
      from: "harbor",
      runId,
      taskId,
      ...(digest !== null && { taskDigest: digest }),
      model: arm.model ?? modelOf(info),
      ...(arm.variant !== undefined && { variant: arm.variant }),
      settings: { agent: agentSettings(agent), version: textOf(info["version"]) },
      trial: numberOf(`${taskId} ${runId}`, name),
      seed: name,
      trialInKey: false,
      ...noted(trialEnding(result, reward !== null), files.damage),
      agent: textOf(info["name"]) ?? arm.name ?? "harbor",
      ...(atif?.document != null && { trajectory: atif.document }),
      ...(atif !== null && { output: atif.answer ?? "" }),
      turns: atif?.turns ?? null,
      ...trialUsage(result, atif),
      startedAt: result["started_at"],
      timeMs: {
        sandbox: sum(span(result["environment_setup"]), span(result["agent_setup"])),
        agent: span(result["agent_execution"]),
        grade: span(result["verifier"]),
      },
      servedModel: atif?.servedModel ?? null,
      scores,
      reward,
    },
    options,
  );
}

/** The ending with a word on the trajectory, where nothing worse is to be said. */
function noted(ending: TrialEnding, damage: string | null): TrialEnding {
  if (damage === null || ending.fault !== undefined) return ending;
  const message = `the trajectory cannot be read: ${damage}`;
  return { ...ending, fault: { class: "trajectory_damaged", message, retryable: false } };
}

/** The digest of the task's content: the lock's, else the checksum of old. */
function digestOf(result: JsonObject, lock: JsonObject): string | null {
  const locked = textOf(objectOf(lock["task"])?.["digest"])?.replace(/^sha256:/, "");
  const digest = locked ?? textOf(result["task_checksum"]) ?? "";
  return /^[0-9a-f]{64}$/.test(digest) ? digest : null;
}

function modelOf(info: JsonObject): string | null {
  const model = objectOf(info["model_info"]);
  const [name, provider] = [textOf(model?.["name"]), textOf(model?.["provider"])];
  return name !== null && provider !== null ? `${provider}/${name}` : name;
}

/** Milliseconds of a phase (`TimingInfo`); null: it has no beginning or no end. */
function span(value: unknown): number | null {
  const phase = objectOf(value);
  const [from, to] = [isoTime(phase?.["started_at"]), isoTime(phase?.["finished_at"])];
  return from === null || to === null ? null : Date.parse(to) - Date.parse(from);
}

function sum(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : a + b;
}
