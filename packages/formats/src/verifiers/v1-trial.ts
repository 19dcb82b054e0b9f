import type { ScoredTrial, Trial } from "@mx/records";
import type { ReadOptions } from "../format.ts";
import type { FoundTrial } from "../found-trial.ts";
import { idOf, listOf, numberOf, objectOf, textOf, type JsonObject } from "../json-value.ts";
import { makeTrial } from "../make-trial.ts";
import { RowFault } from "../row-fault.ts";
import { lastAnswer } from "../to-trajectory.ts";
import type { TrialNumbers } from "../trial-numbers.ts";
import { stopOutcome } from "./legacy-trial.ts";
import { lastBranch } from "./message-graph.ts";
import { mainTrace, rewardOf, v1Scores } from "./v1-scores.ts";
import { v1Usage } from "./v1-usage.ts";
import { verifiersFailure } from "./verifiers-failure.ts";
import type { VerifiersHeader } from "./verifiers-header.ts";

/**
 * One episode of a traces.jsonl as a trial: `Episode` of verifiers/v1/episode.py. Lines of before there were episodes
 * hold one trace each.
 *
 * Whether it went well is what `ok` says: errors of tries that were made again stay in the list of an episode that is
 * ok. Episodes do not say which go at their task they are: they are numbered in the order in which they come.
 */
export function v1Trial(
  row: JsonObject,
  header: VerifiersHeader,
  numbers: TrialNumbers,
  options: ReadOptions,
): ScoredTrial {
  const traces = "nodes" in row ? [row] : listOf(row["traces"]).map((item) => objectOf(item) ?? {});
  const main = mainTrace(traces);
  const task = objectOf(row["task"]) ?? objectOf(main["task"]);
  const data = objectOf(task?.["data"]) ?? {};
  const taskId = taskIdOf(task ?? {}, data);
  if (taskId === null) throw new RowFault("the task has no idx, name or key");
  const ending = endingOf(row, main);
  const isScored = ending.outcome !== "infra_error";
  const { messages, branches } = lastBranch(main);
  const timing = objectOf(main["timing"]) ?? {};
  const calls = listOf(main["calls"]).map((call) => objectOf(call) ?? {});
  return makeTrial(
    {
      from: "verifiers",
      runId: header.runId,
      taskId,
      task: data,
      model: header.model ?? textOf(calls[0]?.["model"]),
      settings: header.settings,
      trial: numbers.of(taskId, idOf(row["id"]) ?? JSON.stringify(row)),
      ...ending,
      messages,
      agent: textOf(objectOf(main["agent"])?.["name"]) ?? "verifiers",
      trajectoryExtra: {
        branches: branches > 1 ? branches : undefined,
        stop_condition: textOf(main["stop_condition"]),
      },
      output: lastAnswer(messages) ?? "",
      turns: listOf(main["nodes"]).filter((node) => objectOf(node)?.["sampled"] === true).length,
      ...v1Usage(main),
      ...(textOf(data["image"]) !== null && { image: textOf(data["image"])! }),
      startedAt: numberOf(timing["start"]),
      timeMs: timesOf(timing),
      finishReason: finishOf(main, calls),
      scores: v1Scores(traces, main, isScored),
      reward: rewardOf(main),
    },
    options,
  );
}

/** The key where somebody chose one (else it is the hash), the index in the task set, the name, and last the hash. */
function taskIdOf(task: JsonObject, data: JsonObject): string | null {
  const [key, hash] = [idOf(task["key"]), idOf(task["hash"])];
  const chosen = key === hash ? null : key;
  return chosen ?? idOf(data["idx"]) ?? idOf(data["name"]) ?? key ?? hash;
}

function endingOf(row: JsonObject, main: JsonObject): Pick<FoundTrial, "outcome" | "fault"> {
  if (row["ok"] === true) return { outcome: stopOutcome(textOf(main["stop_condition"])) };
  const errors = [...listOf(row["errors"]), ...listOf(main["errors"])];
  const error = objectOf(errors.at(-1));
  if (error !== null) {
    return verifiersFailure(textOf(error["type"]), textOf(error["message"]) ?? "");
  }
  const message = "the episode is not ok, and says no error: it was not finished";
  return { outcome: "infra_error", fault: { class: "unfinished", message, retryable: true } };
}

function timesOf(timing: JsonObject): Partial<Trial["time_ms"]> {
  const span = (name: string) => {
    const { start, end } = objectOf(timing[name]) ?? {};
    const [from, to] = [numberOf(start), numberOf(end)];
    return from === null || to === null || to < from || to === 0 ? null : (to - from) * 1000;
  };
  const [boot, setup] = [span("boot"), span("setup")];
  const model = numberOf(objectOf(objectOf(timing["agent"])?.["model"])?.["duration"]);
  return {
    sandbox: boot === null && setup === null ? null : (boot ?? 0) + (setup ?? 0),
    agent: span("agent"),
    model: model === null ? null : model * 1000,
    grade: span("scoring"),
  };
}

const limits = new Set([
  "max_input_tokens",
  "max_output_tokens",
  "max_total_tokens",
  "context_length",
]);

/** Why the last reply ended; `length` where a limit of the framework cut the conversation off. */
function finishOf(main: JsonObject, calls: JsonObject[]): string | null {
  if (limits.has(textOf(main["stop_condition"]) ?? "")) return "length";
  const last = calls.findLast((call) => objectOf(call["error"]) === null);
  return textOf(last?.["finish_reason"]);
}
