import { idOf, listOf, objectOf, textOf, type JsonObject } from "../json-value.ts";
import { RowFault } from "../row-fault.ts";
import { importedRunId } from "../imported-run-id.ts";
import { objectOrEmpty } from "../slice-document.ts";

/** What a log says about all of its samples: log/_log.py, `EvalLog` without its samples. */
export interface LogHeader {
  runId: string;
  /** `EvalSpec`. */
  spec: JsonObject;
  /** Steps of the solver, and the generate config of the task. */
  plan: JsonObject;
  /** The generate config that was in force: that of the model, and over it that of the task. */
  generate: JsonObject;
  task: string | null;
  model: string | null;
  /** Scorers with their options. */
  scorers: readonly unknown[];
  /** The score that is the reward; null: the sample's first. */
  headline: { scorer: string | null; member: string | null };
}

/** Members of a log that are no samples and not as many as they. */
export const headerMembers: ReadonlySet<string> = new Set([
  "version",
  "status",
  "eval",
  "plan",
  "results",
]);

/**
 * The header of a log: from `header.json`, from `_journal/start.json` of a log that was started and not ended, or from
 * the beginning of a `.json` log. Throws RowFault where it says nothing about its evaluation.
 */
export function logHeader(members: JsonObject, fileName: string): LogHeader {
  const spec = objectOf(members["eval"]);
  if (spec === null) throw new RowFault("the log has no `eval`, which says what was evaluated");
  const plan = objectOrEmpty(members["plan"]);
  return {
    // `run_id` is shared by all tasks and models of one command, and each of them is a log with a plan of its own.
    runId: importedRunId("inspect", {
      own: textOf(spec["eval_id"]) ?? textOf(spec["run_id"]),
      header: spec,
      fileName,
    }),
    spec,
    plan,
    generate: withoutNulls({
      ...objectOrEmpty(spec["model_generate_config"]),
      ...withoutNulls(objectOrEmpty(plan["config"])),
    }),
    task: textOf(spec["task"]),
    model: textOf(spec["model"]),
    scorers: listOf(spec["scorers"]),
    headline: headlineOf(spec, objectOrEmpty(members["results"])),
  };
}

function headlineOf(spec: JsonObject, results: JsonObject): LogHeader["headline"] {
  const scores = listOf(results["scores"]).map(objectOrEmpty);
  const headline = objectOf(results["headline"]) ?? objectOf(spec["headline_metric"]) ?? {};
  const declared = objectOf(listOf(spec["scorers"])[0]);
  // Logs before 2024-10 have one `scorer` in the place of `scores`.
  const scorer =
    textOf(headline["scorer"]) ??
    textOf(scores[0]?.["scorer"]) ??
    textOf(objectOf(results["scorer"])?.["name"]) ??
    textOf(declared?.["name"]);
  const first = scores.find((score) => score["scorer"] === scorer);
  return { scorer, member: textOf(headline["score"]) ?? textOf(first?.["name"]) };
}

/** Ids of the samples that were to be run, as the log has them after its own `limit` and `sample_id`; null: not said. */
export function sampleIds({ spec }: LogHeader): string[] | null {
  const ids = listOf(objectOrEmpty(spec["dataset"])["sample_ids"]).map(idOf);
  const known = ids.filter((id) => id !== null);
  return known.length === 0 ? null : known;
}

function withoutNulls(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
}
