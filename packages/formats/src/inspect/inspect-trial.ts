import type { ScoredTrial } from "@mx/records";
import type { ReadOptions } from "../format.ts";
import {
  countOf,
  idOf,
  listOf,
  numberOf,
  objectOf,
  textOf,
  type JsonObject,
} from "../json-value.ts";
import { makeTrial } from "../make-trial.ts";
import { RowFault } from "../row-fault.ts";
import { conversation } from "./conversation.ts";
import { agentOf } from "./inspect-run.ts";
import type { LogHeader } from "./log-header.ts";
import { logSettings } from "./log-settings.ts";
import { sampleEnding } from "./sample-ending.ts";
import { sampleScores } from "./sample-scores.ts";
import { sampleUsage } from "./sample-usage.ts";
import type { Sample } from "./sample.ts";
import { objectOrEmpty } from "../slice-document.ts";

/**
 * A sample as a trial: epoch n is trial n - 1, its last try is the attempt (Inspect keeps nothing of those before but
 * their errors). Throws RowFault where it has no id or no epoch.
 */
export function inspectTrial(sample: Sample, header: LogHeader, options: ReadOptions): ScoredTrial {
  const { fields, calls } = sample;
  const taskId = idOf(fields["id"]);
  if (taskId === null) throw new RowFault("the sample's id is no id");
  const epoch = countOf(fields["epoch"]);
  if (epoch === null || epoch < 1) throw new RowFault("the sample's epoch is no number from 1");
  const { scores, reward } = sampleScores(fields, header);
  const messages = conversation(sample.messages, calls);
  const turns = countOf(fields["turn_count"]);
  const output = objectOrEmpty(fields["output"]);
  const completion = textOf(output["completion"]);
  const target = targetOf(fields["target"]);
  return makeTrial(
    {
      from: "inspect",
      runId: header.runId,
      taskId,
      ...(!sample.isSummary && { task: taskOf(fields, header) }),
      model: header.model,
      settings: logSettings(header),
      trial: epoch - 1,
      attempt: sample.retries,
      seed: numberOf(header.generate["seed"]),
      ...sampleEnding(fields, {
        scoreOnError: objectOrEmpty(header.spec["config"])["score_on_error"] === true,
        scored: reward !== null,
      }),
      messages,
      agent: agentOf(header) ?? "inspect",
      ...(completion !== null && completion !== "" && { output: completion }),
      ...sampleUsage(fields, calls.count > 0 ? calls.count : (turns ?? repliesIn(messages))),
      ...(turns !== null && { turns }),
      startedAt: fields["started_at"],
      timeMs: { agent: milliseconds(fields["total_time"]) },
      finishReason: finishReason(output),
      servedModel: textOf(output["model"]) || null,
      ...(target !== null && !sample.isSummary && { target }),
      scores,
      reward,
    },
    options,
  );
}

/** What was asked, without the ids that Inspect makes up for messages each time. */
function taskOf(fields: JsonObject, { task }: LogHeader): JsonObject {
  const input = fields["input"];
  return {
    task,
    input: Array.isArray(input) ? input.map((message: unknown) => withoutId(message)) : input,
    choices: fields["choices"] ?? null,
    target: fields["target"],
  };
}

function withoutId(message: unknown): unknown {
  const object = objectOf(message);
  if (object === null) return message;
  const { id: _id, ...rest } = object;
  return rest;
}

/** One answer. Several are alternatives, which no single text says. */
function targetOf(target: unknown): string | null {
  const [only, ...others] = Array.isArray(target) ? listOf(target) : [target];
  return others.length === 0 ? textOf(only) : null;
}

function repliesIn(messages: readonly JsonObject[]): number {
  return messages.filter(({ role }) => role === "assistant").length;
}

function milliseconds(seconds: unknown): number | null {
  const number = numberOf(seconds);
  return number === null ? null : Math.round(number * 1000);
}

/** Why the last reply ended, in the words of the records. */
function finishReason(output: JsonObject): string | null {
  const reason = textOf(objectOrEmpty(listOf(output["choices"])[0])["stop_reason"]);
  if (reason === "max_tokens" || reason === "model_length") return "length";
  return reason === "unknown" ? null : reason;
}
