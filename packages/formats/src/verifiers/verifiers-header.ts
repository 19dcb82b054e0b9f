import type { Run } from "@mx/records";
import { basename, dirname, resolve } from "node:path";
import type { ReadOptions } from "../format.ts";
import { importedRunId } from "../imported-run-id.ts";
import { isoTime } from "../iso-time.ts";
import { countOf, numberOf, objectOf, textOf, type JsonObject } from "../json-value.ts";
import { makeRun } from "../make-run.ts";
import { findFile } from "../open-file.ts";
import { readObject } from "../read-rows.ts";

/** What stands beside the rows of a verifiers run. */
export interface VerifiersHeader {
  runId: string;
  model: string | null;
  /** What was asked beside task, model and trial. */
  settings: JsonObject;
  /** Names of metrics, for rows that have them as columns. */
  metricNames: string[];
  run: Run | null;
}

/**
 * metadata.json beside a results.jsonl: `GenerateMetadata` of verifiers/legacy/types.py. Without it nothing is known
 * of the run, and the folder's name is its identity, because the file's is always the same.
 */
export async function readLegacyHeader(
  file: string,
  options: ReadOptions,
): Promise<VerifiersHeader> {
  const folder = dirname(resolve(file));
  const path = await findFile(folder, "metadata.json");
  const found = path === null ? {} : await readObject(path);
  const runId = importedRunId("verifiers", {
    header: path === null ? undefined : found,
    fileName: `${basename(folder)}/${basename(file)}`,
  });
  const model = textOf(found["model"]);
  const sampling = objectOf(found["sampling_args"]);
  const settings = {
    env_id: found["env_id"],
    env_args: found["env_args"],
    sampling: sampling ?? undefined,
  };
  const [tasks, trials] = [countOf(found["num_examples"]), countOf(found["rollouts_per_example"])];
  const run = makeRun(
    {
      from: "verifiers",
      runId,
      startedAt: startOf(found),
      agent: textOf(found["env_id"]),
      model,
      sampling,
      trials: trials ?? 0,
      taskIds: null,
      planned: tasks === null || trials === null ? null : tasks * trials,
      endpoint: textOf(found["base_url"]),
      settings,
    },
    options,
  );
  const metricNames = Object.keys(objectOf(found["avg_metrics"]) ?? {});
  return { runId, model, settings, metricNames, run };
}

/** `date` is when the file was written, at the end, and `time` how many seconds the run took until then. */
function startOf(found: JsonObject): number | null {
  const end = isoTime(found["date"]);
  const seconds = numberOf(found["time"]) ?? (numberOf(found["time_ms"]) ?? 0) / 1000;
  return end === null ? null : Date.parse(end) / 1000 - seconds;
}
