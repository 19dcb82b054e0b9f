import type { AnyRecord } from "@mx/records";
import { basename, join, resolve } from "node:path";
import type { Format, ReadOptions } from "../format.ts";
import { makeRun } from "../make-run.ts";
import { objectOf } from "../json-value.ts";
import { rejectRow } from "../row-fault.ts";
import { TrialNumbers } from "../trial-numbers.ts";
import { agentSettings } from "./agent-arms.ts";
import { jobOfTrial, readJob, type HarborJob } from "./harbor-job.ts";
import { harborTrial } from "./harbor-trial.ts";
import { readTrialFolder } from "./read-trial-folder.ts";
import { isJobFolder, isTrialFolder, readTrialResult, subfolders } from "./trial-folder.ts";

/**
 * Folders of Harbor: of a job (docs/run-jobs; models/job, models/trial), or of one of its trials. A trial's folder
 * without `result.json` has not ended, and is owed; of a trial that was tried again, Harbor keeps the last attempt.
 */
export const harborFormat: Format = {
  name: "harbor",
  async detect(path, start) {
    return start === null && ((await isJobFolder(path)) || (await isTrialFolder(path)));
  },
  async *read(path, options) {
    const isTrial = await isTrialFolder(path);
    const job = await jobAt(path, isTrial);
    if (!isTrial) yield* runsOf(job, options);
    const numbers = new TrialNumbers();
    for (const folder of isTrial ? [path] : await trialFolders(path)) {
      let trial: AnyRecord;
      try {
        const files = await readTrialFolder(folder, options);
        trial = harborTrial(files, job, (cell, name) => numbers.of(cell, name), options);
      } catch (error) {
        rejectRow(error, folder, options);
        continue;
      }
      yield trial;
    }
  },
};

async function jobAt(path: string, isTrial: boolean): Promise<HarborJob> {
  try {
    if (isTrial) return jobOfTrial(await readTrialResult(join(path, "result.json")));
    return await readJob(path, basename(resolve(path)));
  } catch (error) {
    rejectRow(error, path, {});
    throw error;
  }
}

async function trialFolders(path: string): Promise<string[]> {
  return (await subfolders(path)).map((name) => join(path, name));
}

function* runsOf(job: HarborJob, options: ReadOptions): Generator<AnyRecord> {
  for (const { arm, runId, taskIds, planned } of job.arms) {
    const run = makeRun(
      {
        from: "harbor",
        runId,
        startedAt: job.startedAt,
        agent: arm.name,
        model: arm.model,
        ...(arm.variant !== undefined && { variants: [arm.variant] }),
        sampling: objectOf(arm.config["kwargs"]),
        trials: job.attempts,
        taskIds,
        planned,
        ...(job.harborVersion !== null && { versions: { harbor: job.harborVersion } }),
        settings: agentSettings(arm.config),
      },
      options,
    );
    if (run !== null) yield run;
  }
}
