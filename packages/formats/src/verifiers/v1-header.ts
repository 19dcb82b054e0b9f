import { readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { ReadOptions } from "../format.ts";
import { importedRunId } from "../imported-run-id.ts";
import { countOf, objectOf, textOf, type JsonObject } from "../json-value.ts";
import { makeRun } from "../make-run.ts";
import { findFile } from "../open-file.ts";
import { readObject } from "../read-rows.ts";
import { flatToml } from "./flat-toml.ts";
import type { VerifiersHeader } from "./verifiers-header.ts";

/**
 * The settings beside a traces.jsonl: configs/eval.json, in older runs config.toml (`EvalConfig` of
 * verifiers/v1/configs/cli/eval.py). `startedAt`: when the first episode began, in seconds since 1970; the settings
 * do not say when the run did.
 */
export async function readV1Header(
  file: string,
  startedAt: unknown,
  options: ReadOptions,
): Promise<VerifiersHeader> {
  const folder = dirname(resolve(file));
  const config = await readConfig(folder);
  const found = config ?? {};
  const name = objectOf(found["run"])?.["name"];
  const runId = importedRunId("verifiers", {
    own: textOf(name),
    header: config ?? undefined,
    fileName: `${basename(folder)}/${basename(file)}`,
  });
  const env = objectOf(found["env"]) ?? {};
  const sampling = objectOf(found["sampling"]);
  const envId = textOf(env["id"]) || textOf(objectOf(env["taskset"])?.["id"]) || null;
  const settings = { env: envId, sampling: sampling ?? undefined };
  const model = textOf(found["model"]);
  const [tasks, trials] = [countOf(found["num_tasks"]), countOf(found["num_rollouts"])];
  const run = makeRun(
    {
      from: "verifiers",
      runId,
      startedAt,
      agent: envId,
      model,
      sampling,
      trials: trials ?? 0,
      taskIds: null,
      planned: tasks === null || trials === null ? null : tasks * trials,
      endpoint: textOf(objectOf(found["client"])?.["base_url"]),
      settings,
    },
    options,
  );
  return { runId, model, settings, metricNames: [], run };
}

async function readConfig(folder: string): Promise<JsonObject | null> {
  const json = await findFile(join(folder, "configs"), "eval.json", "replay.json");
  if (json !== null) return readObject(json);
  const toml = await findFile(folder, "config.toml");
  return toml === null ? null : flatToml(await readFile(toml, "utf8"));
}
