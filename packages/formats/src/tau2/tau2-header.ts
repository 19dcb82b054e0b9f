import { canonicalJson, sha256, type Run } from "@mx/records";
import type { ReadOptions } from "../format.ts";
import { importedRunId } from "../imported-run-id.ts";
import type { Want } from "../json-slicer.ts";
import { countOf, idOf, objectOf, textOf, type JsonObject } from "../json-value.ts";
import { makeRun } from "../make-run.ts";
import { documentValues } from "../read-rows.ts";

/** What a results.json of tau2 says before its simulations: `Results` without them. */
export interface Tau2Header {
  runId: string;
  model: string | null;
  agent: string | null;
  /** What was asked beside task, model, trial and seed. */
  settings: JsonObject;
  /** Digest of each task's content, by its id. */
  taskDigests: Map<string, string>;
  /** How each task is judged, by its id. */
  taskCriteria: Map<string, JsonObject>;
  run: Run | null;
}

/** Reads all but the simulations. Of the tasks it keeps ids, digests and how they are judged. */
export async function readTau2Header(
  path: string,
  fileName: string,
  options: ReadOptions,
): Promise<Tau2Header> {
  const found: JsonObject = {};
  const taskDigests = new Map<string, string>();
  const taskCriteria = new Map<string, JsonObject>();
  const wants = new Map<string, Want>([
    ["tasks", "items"],
    ["info", "whole"],
    ["timestamp", "whole"],
  ]);
  const values = documentValues(path, (member) => wants.get(member) ?? "skip", options);
  for await (const { member, index, value } of values) {
    if (index === null) found[member] = value;
    else {
      const id = idOf(objectOf(value)?.["id"]);
      if (id === null) continue;
      taskDigests.set(id, sha256(canonicalJson(value)));
      const criteria = objectOf(objectOf(value)?.["evaluation_criteria"]);
      if (criteria !== null) taskCriteria.set(id, criteria);
    }
  }
  const info = objectOf(found["info"]) ?? {};
  const header = objectOf(found["info"]) === null ? undefined : found;
  const runId = importedRunId("tau2", { header, fileName });
  const agent = objectOf(info["agent_info"]) ?? {};
  const model = textOf(agent["llm"]);
  const settings = settingsOf(info, agent);
  const run = makeRun(
    {
      from: "tau2",
      runId,
      startedAt: found["timestamp"],
      agent: textOf(agent["implementation"]),
      model,
      sampling: { ...objectOf(agent["llm_args"]), seed: info["seed"] },
      trials: countOf(info["num_trials"]) ?? 0,
      taskIds: taskDigests.size === 0 ? null : [...taskDigests.keys()],
      gitCommit: textOf(info["git_commit"]),
      settings,
    },
    options,
  );
  const implementation = textOf(agent["implementation"]);
  return { runId, model, agent: implementation, settings, taskDigests, taskCriteria, run };
}

function settingsOf(info: JsonObject, agent: JsonObject): JsonObject {
  const user = objectOf(info["user_info"]) ?? {};
  return {
    domain: objectOf(info["environment_info"])?.["domain_name"],
    agent: agent["implementation"],
    llm_args: agent["llm_args"],
    user: { name: user["implementation"], llm: user["llm"], llm_args: user["llm_args"] },
    max_steps: info["max_steps"],
    max_errors: info["max_errors"],
    retrieval_config: info["retrieval_config"] ?? undefined,
  };
}
