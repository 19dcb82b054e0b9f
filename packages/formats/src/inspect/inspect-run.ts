import type { Run } from "@mx/records";
import type { ReadOptions } from "../format.ts";
import { countOf, listOf, textOf, type JsonObject } from "../json-value.ts";
import { makeRun } from "../make-run.ts";
import { sampleIds, type LogHeader } from "./log-header.ts";
import { logSettings } from "./log-settings.ts";
import { objectOrEmpty } from "../slice-document.ts";

/** The plan of a log as a `run` record: samples x epochs of one model. Null where it does not say when it began. */
export function inspectRun(header: LogHeader, options: ReadOptions): Run | null {
  const { spec, runId, model, generate } = header;
  const trials = countOf(objectOrEmpty(spec["config"])["epochs"]) ?? 1;
  const taskIds = sampleIds(header);
  const samples = countOf(objectOrEmpty(spec["dataset"])["samples"]);
  return makeRun(
    {
      from: "inspect",
      runId,
      startedAt: spec["created"],
      agent: agentOf(header),
      model,
      sampling: generate,
      trials,
      taskIds,
      ...(taskIds === null && samples !== null && { planned: samples * trials }),
      endpoint: textOf(spec["model_base_url"]),
      gitCommit: textOf(objectOrEmpty(spec["revision"])["commit"]),
      versions: versionsOf(objectOrEmpty(spec["packages"])),
      settings: logSettings(header),
    },
    options,
  );
}

/** The solver's name, or that of its last step. */
export function agentOf({ spec, plan }: LogHeader): string | null {
  const last = objectOrEmpty(listOf(plan["steps"]).at(-1));
  return textOf(spec["solver"]) ?? textOf(last["solver"]);
}

function versionsOf(packages: JsonObject): Record<string, string> {
  const known = Object.entries(packages).flatMap(([name, version]): [string, string][] =>
    typeof version === "string" ? [[name, version]] : [],
  );
  return Object.fromEntries(known);
}
