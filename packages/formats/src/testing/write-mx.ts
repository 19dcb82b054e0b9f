import type { Run, ScoredTrial } from "@mx/records";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeRun } from "../make-run.ts";
import { makeTrial } from "../make-trial.ts";
import { sampleRun, type SampleRun } from "./sample-run.ts";

/** The run as mx's own records in one file. */
export async function writeMx(folder: string, run: SampleRun = sampleRun): Promise<string> {
  const path = join(folder, "records.ndjson");
  await writeFile(path, lines(mxRecords(run)));
  return path;
}

/** The run as a folder of the store. */
export async function writeMxFolder(folder: string, run: SampleRun = sampleRun): Promise<string> {
  const path = join(folder, "20260214-103000-abcd");
  await mkdir(path, { recursive: true });
  const [head, ...trials] = mxRecords(run);
  await writeFile(join(path, "run.json"), JSON.stringify(head, null, 2));
  await writeFile(join(path, "trials.ndjson"), lines(trials));
  return path;
}

function lines(records: unknown[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join("");
}

export function mxRecords(run: SampleRun): [Run, ...ScoredTrial[]] {
  const runId = "20260214-103000-abcd";
  const head = makeRun(
    {
      from: "mx",
      runId,
      startedAt: run.startedAt,
      model: run.model,
      sampling: { temperature: run.temperature },
      trials: run.trialsPerTask,
      taskIds: run.tasks.map(({ id }) => id),
    },
    {},
  );
  const trials = run.trials.map((one) =>
    makeTrial(
      {
        from: "mx",
        runId,
        taskId: one.task.id,
        task: one.task,
        model: run.model,
        trial: one.trial,
        outcome: one.ending,
        ...(one.error !== null && {
          fault: { class: "model_unreachable", message: one.error, retryable: true },
        }),
        messages: one.messages,
        usage: { input_tokens: one.inputTokens, output_tokens: one.outputTokens },
        costUsd: one.costUsd,
        startedAt: one.startedAt,
        timeMs: { agent: one.seconds * 1000 },
        scores: { checks: { value: one.reward, grader: { name: "checks", version: "1" } } },
        reward: one.reward,
      },
      {},
    ),
  );
  return [head!, ...trials];
}
