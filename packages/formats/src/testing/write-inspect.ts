import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inspectChunks, inspectSample, inspectSummary } from "./inspect-sample.ts";
import { sampleRun, type SampleRun } from "./sample-run.ts";
import { zipBytes, type ZipMember } from "./write-zip.ts";

/** How an `.eval` file is written. */
export interface EvalOptions {
  /** How members are packed; default: as Inspect does, zstd. */
  method?: ZipMember["method"];
  /** Samples in chunks of two items. */
  chunked?: boolean;
  /** False: as it is before the end, with the journal and no header. */
  ended?: boolean;
  /** False: as with `log_samples` off. */
  samples?: boolean;
}

/** The run as an `.eval` archive. */
export async function writeInspectEval(
  folder: string,
  run: SampleRun = sampleRun,
  options: EvalOptions = {},
): Promise<string> {
  const path = join(folder, "log.eval");
  await writeFile(path, zipBytes(evalMembers(run, options)));
  return path;
}

/** The run as a `.json` log, indented and with bare NaN as Python writes it. */
export async function writeInspectJson(
  folder: string,
  run: SampleRun = sampleRun,
): Promise<string> {
  const path = join(folder, "log.json");
  const log = {
    ...header(run),
    samples: run.trials.map((trial) => inspectSample(trial, run)),
    reductions: [],
  };
  await writeFile(path, python(log, 2));
  return path;
}

/** The members of the archive. */
export function evalMembers(run: SampleRun, options: EvalOptions = {}): ZipMember[] {
  const { method = 93, chunked = false, ended = true, samples = true } = options;
  const { eval: spec, plan, version } = header(run);
  const members: [string, unknown][] = [["_journal/start.json", { version, eval: spec, plan }]];
  for (const trial of samples ? run.trials : []) {
    const whole = inspectSample(trial, run);
    const prefix = `samples/${whole.id}_epoch_${whole.epoch}`;
    if (chunked) members.push(...inspectChunks(prefix, whole));
    else members.push([`${prefix}.json`, whole]);
  }
  const summaries = run.trials.map((trial) => inspectSummary(inspectSample(trial, run)));
  members.push(["_journal/summaries/1.json", summaries.slice(0, 5)]);
  members.push(["_journal/summaries/2.json", summaries.slice(5)]);
  if (ended) {
    members.push(
      ["summaries.json", summaries],
      ["reductions.json", []],
      ["header.json", header(run)],
    );
  }
  return members.map(([name, value]) => ({ name, data: python(value), method }));
}

/** A log without its samples: log/_log.py. */
export function header(run: SampleRun) {
  return {
    version: 2,
    status: "success",
    eval: {
      eval_id: "ixe5u9FYLPmMV4HiNFYAhE",
      run_id: "eGHco7h4X89U3qDrzUKMxp",
      created: run.startedAt.replace(".000Z", "+00:00"),
      task: run.name,
      task_id: "c7BAc9HnBXkNFPfXKjhn4b",
      task_version: 0,
      task_args: {},
      dataset: {
        samples: run.tasks.length,
        sample_ids: run.tasks.map(({ id }) => Number(id)),
        shuffled: false,
      },
      model: run.model,
      model_generate_config: { temperature: 1 },
      model_args: {},
      config: {
        epochs: run.trialsPerTask,
        message_limit: 30,
        time_limit: 60,
        fail_on_error: false,
      },
      packages: { inspect_ai: "0.3.285" },
      scorers: [{ name: "match", options: { location: "end" }, metrics: [] }],
    },
    plan: {
      name: "plan",
      steps: [{ solver: "basic_agent", params: {} }],
      finish: null,
      config: { temperature: run.temperature },
    },
    results: {
      total_samples: run.trials.length,
      completed_samples: run.trials.length - 1,
      scores: [
        { name: "match", scorer: "match", metrics: { mean: { name: "mean", value: Number.NaN } } },
      ],
    },
    stats: { started_at: run.startedAt, completed_at: "", model_usage: {} },
  };
}

/** JSON as Python writes it: NaN stands bare, and None members of samples are left out. */
export function python(value: unknown, indent?: number): string {
  const text = JSON.stringify(
    value,
    (_name, part: unknown) => (Number.isNaN(part) ? "\u0000NaN" : (part ?? undefined)),
    indent,
  );
  return text.replaceAll('"\\u0000NaN"', "NaN");
}
