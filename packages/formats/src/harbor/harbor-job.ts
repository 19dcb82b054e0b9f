import { readObject } from "../slice-document.ts";
import { fileChunks, findFile } from "../open-file.ts";
import { countOf, listOf, objectOf, textOf, type JsonObject } from "../json-value.ts";
import { importedRunId } from "../imported-run-id.ts";
import { RowFault } from "../row-fault.ts";
import { agentArms, armOf, findArm, type AgentArm } from "./agent-arms.ts";
import { readJobLock } from "./job-lock.ts";
import { taskName } from "./task-name.ts";
import { readFolderFile } from "./trial-folder.ts";

/** One agent of a job with the tasks that it was to do. */
export interface ArmPlan {
  arm: AgentArm;
  runId: string;
  /** Null where the job does not list them. */
  taskIds: string[] | null;
  planned: number | null;
}

/** A job: models/job/config.py, lock.py and result.py. */
export interface HarborJob {
  id: string;
  startedAt: unknown;
  attempts: number;
  harborVersion: string | null;
  arms: ArmPlan[];
}

/** Members of a job's result that are not as many as its trials. */
const ofResult = new Set(["id", "started_at", "n_total_trials"]);

/**
 * What a job was to do: tasks x attempts for each agent. The tasks are those of the lock, which lists every trial, or
 * of the config where it names them itself. Throws RowFault where one of these files is damaged.
 */
export async function readJob(folder: string, fileName: string): Promise<HarborJob> {
  const config = await orNamed("config.json", readFolderFile(folder, "config.json"));
  const result = await orNamed("result.json", readJobResult(folder));
  const arms = agentArms(config["agents"]);
  const lock = await orNamed("lock.json", readJobLock(folder, arms));
  const id = importedRunId("harbor", {
    own: textOf(result["id"]),
    header: textOf(config["job_name"]),
    fileName,
  });
  const total = countOf(result["n_total_trials"]);
  const listed = listedTasks(config);
  return {
    id,
    startedAt: result["started_at"] ?? lock.createdAt,
    attempts: countOf(config["n_attempts"]) ?? 1,
    harborVersion: lock.harborVersion,
    arms: arms.map((arm, index) => {
      const inLock = lock.tasks.get(arm);
      const share = total !== null && total % arms.length === 0 ? total / arms.length : null;
      return {
        arm,
        // A run has one model: each agent of a job is a run.
        runId: arms.length === 1 ? id : `${id}-${index + 1}`,
        taskIds: inLock === undefined ? listed : [...inLock.ids],
        planned: inLock?.trials ?? (listed === null ? share : null),
      };
    }),
  };
}

/** A trial's folder alone: a job of which nothing else is known. */
export function jobOfTrial(result: JsonObject): HarborJob {
  const config = objectOf(result["config"]) ?? {};
  const id = importedRunId("harbor", {
    own: textOf(config["job_id"]) ?? textOf(result["id"]),
    header: textOf(result["trial_name"]),
    fileName: "result.json",
  });
  const arm = armOf(objectOf(config["agent"]) ?? {});
  return {
    id,
    startedAt: null,
    attempts: 1,
    harborVersion: null,
    arms: [{ arm, runId: id, taskIds: null, planned: null }],
  };
}

/** The arm that a trial's agent is of; an agent that the job does not know is an arm of its own. */
export function armOfTrial(job: HarborJob, agent: JsonObject): { arm: AgentArm; runId: string } {
  const arm = findArm(
    job.arms.map((plan) => plan.arm),
    agent,
  );
  const plan = job.arms.find((one) => one.arm === arm);
  return plan ?? { arm: armOf(agent), runId: job.id };
}

async function readJobResult(folder: string): Promise<JsonObject> {
  const path = await findFile(folder, "result.json");
  return path === null ? {} : readObject(fileChunks(path), (name) => ofResult.has(name));
}

/** The tasks that a config names itself; null where data sets say which there are. */
function listedTasks(config: JsonObject): string[] | null {
  if (listOf(config["datasets"]).length > 0) return null;
  const names = listOf(config["tasks"]).map(taskName);
  const known = names.filter((name) => name !== null);
  return known.length === 0 || known.length < names.length ? null : known;
}

async function orNamed<T>(name: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof RowFault ? new RowFault(`${name}: ${error.message}`) : error;
  }
}
