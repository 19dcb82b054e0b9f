import type { Outcome, ScoredTrial } from "@mx/records";
import type { ReadOptions } from "../format.ts";
import type { FoundScore, FoundTrial } from "../found-trial.ts";
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
import { assistantTurns, lastAnswer } from "../to-trajectory.ts";
import type { TrialNumbers } from "../trial-numbers.ts";
import { legacyTimes } from "./legacy-times.ts";
import { verifiersFailure } from "./verifiers-failure.ts";
import type { VerifiersHeader } from "./verifiers-header.ts";

const grader = { name: "verifiers", version: "unknown" };

/**
 * One row of a results.jsonl as a trial: `RolloutOutput` of verifiers/legacy/types.py.
 *
 * Rows do not say which go at their example they are: they are numbered in the order in which they come. `metrics`
 * are scores too: each is what one function of the rubric gave; the reward is their weighted sum, as it is there.
 */
export function legacyTrial(
  row: JsonObject,
  header: VerifiersHeader,
  numbers: TrialNumbers,
  options: ReadOptions,
): ScoredTrial {
  const taskId = idOf(row["example_id"]);
  if (taskId === null) throw new RowFault("example_id is no id");
  const reward = numberOf(row["reward"]);
  if (reward === null && row["reward"] !== null) throw new RowFault("reward is no number");
  const [prompt, completion] = [
    messagesOf(row["prompt"], "user"),
    messagesOf(row["completion"], "assistant"),
  ];
  const usage = objectOf(row["token_usage"]);
  const ending = endingOf(row);
  return makeTrial(
    {
      from: "verifiers",
      runId: header.runId,
      taskId,
      task: { prompt: row["prompt"], answer: row["answer"], info: row["info"] },
      model: header.model,
      settings: header.settings,
      trial: numbers.of(taskId, JSON.stringify(row)),
      ...ending,
      messages: [...prompt, ...completion],
      output: lastAnswer(completion) ?? "",
      turns: assistantTurns(completion) ?? 0,
      ...(textOf(row["answer"]) !== null && { target: textOf(row["answer"])! }),
      usage: {
        input_tokens: countOf(usage?.["input_tokens"]),
        output_tokens: countOf(usage?.["output_tokens"]),
      },
      ...legacyTimes(row),
      finishReason: row["is_truncated"] === true ? "length" : null,
      trajectoryExtra: { stop_condition: textOf(row["stop_condition"]) },
      scores: scoresOf(row, header, ending.outcome === "infra_error" ? null : reward),
      reward,
    },
    options,
  );
}

/** A conversation, or the plain text that stands in the place of one. */
function messagesOf(value: unknown, role: string): readonly unknown[] {
  const text = textOf(value);
  return text === null ? listOf(value) : [{ role, content: text }];
}

function endingOf(row: JsonObject): Pick<FoundTrial, "outcome" | "fault"> {
  const error = objectOf(row["error"]);
  const text = textOf(error?.["message"]) ?? textOf(row["error"]);
  if (error !== null || (text !== null && text !== "")) {
    // As text it is Python's repr: the type, and the message in brackets.
    const type = textOf(error?.["error"]) ?? /^(\w+)\(/.exec(text ?? "")?.[1] ?? null;
    return verifiersFailure(type, text ?? "");
  }
  return { outcome: stopOutcome(textOf(row["stop_condition"])) };
}

/** What a stop condition says of how a rollout ended: the name of the function that stopped it. */
export function stopOutcome(condition: string | null): Outcome {
  if (condition === null) return "completed";
  if (/max_(?:turns|steps)/.test(condition)) return "max_turns";
  return /timeout|timed_out/.test(condition) ? "timeout" : "completed";
}

function scoresOf(
  row: JsonObject,
  header: VerifiersHeader,
  reward: number | null,
): Record<string, FoundScore> {
  const scores: Record<string, FoundScore> = { verifiers: { value: reward, grader } };
  // Older rows have their metrics as columns, whose names only metadata.json knows.
  const columns = header.metricNames.map((name) => [name, row[name]] as const);
  const metrics = Object.entries(objectOf(row["metrics"]) ?? Object.fromEntries(columns));
  for (const [name, value] of metrics) {
    if (numberOf(value) !== null && name !== "verifiers") {
      scores[name] = { value: value as number, grader };
    }
  }
  return scores;
}
