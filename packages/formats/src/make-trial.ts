import {
  canonicalJson,
  isResult,
  noUsage,
  sha256,
  type Score,
  type ScoredTrial,
} from "@mx/records";
import { cutText, outputLimitBytes } from "./cut-text.ts";
import type { ReadOptions } from "./format.ts";
import type { FoundScore, FoundTrial } from "./found-trial.ts";
import { isoTime } from "./iso-time.ts";
import { countOf, numberOf, objectOf, textOf } from "./json-value.ts";
import { assistantTurns, lastAnswer, toTrajectory } from "./to-trajectory.ts";

const noTimes = { queue: null, sandbox: null, agent: null, model: null, grade: null };
const faultLimitBytes = 2048;

/**
 * An imported trial as a record: what the format knows, and null for everything that it does not say.
 *
 * `key` is a digest over where it comes from, task, model, arm, settings, trial index and seed, so that the same
 * result read twice is the same trial. `passed` is null: mx-score applies its threshold.
 */
export function makeTrial(found: FoundTrial, options: ReadOptions): ScoredTrial {
  const { messages = [], outcome } = found;
  const model = options.model ?? found.model ?? null;
  const variant = found.variant ?? options.variant ?? "baseline";
  const digest = found.task === undefined ? found.taskDigest : sha256(canonicalJson(found.task));
  const output = cutText(found.output ?? lastAnswer(messages) ?? "", outputLimitBytes);
  // No size at all where nothing was kept of what the agent said: that is not an empty answer.
  const isOutputKnown = found.output !== undefined || messages.length > 0;
  const turns = found.turns === undefined ? assistantTurns(messages) : countOf(found.turns);
  const trajectory = options.withoutTrajectories === true ? undefined : trajectoryOf(found, model);
  // As large as a trajectory at times, and of use to the same readers.
  const meta =
    options.withoutTrajectories === true ? null : (found.meta ?? objectOf(found.task) ?? null);
  return {
    type: "trial",
    version: 1,
    key: sha256(
      canonicalJson({
        from: found.from,
        task_id: found.taskId,
        task: found.taskInKey === false ? undefined : digest,
        model,
        variant,
        settings: found.settings,
        trial: found.trialInKey === false ? undefined : found.trial,
        seed: found.seed ?? undefined,
      }),
    ),
    run_id: found.runId,
    task_id: found.taskId,
    ...(digest !== undefined && { task_digest: digest }),
    ...(found.image !== undefined && { image: found.image }),
    ...(found.cluster !== undefined && { cluster: found.cluster }),
    ...(meta !== null && { meta }),
    ...(found.target !== undefined && { target: found.target }),
    variant,
    model,
    served_model: found.servedModel ?? null,
    trial: found.trial,
    attempt: found.attempt ?? 0,
    outcome,
    ...(found.exitCode !== undefined && { exit_code: found.exitCode }),
    output: output.text,
    ...(isOutputKnown && { output_bytes: output.bytes }),
    finish_reason: found.finishReason ?? null,
    usage: usageOf(found, turns),
    cost_usd: notNegative(found.costUsd),
    turns,
    started_at: isoTime(found.startedAt),
    time_ms: timesOf(found),
    backend: found.from,
    sandbox_id: null,
    artifacts: {},
    ...(trajectory !== undefined && { trajectory }),
    ...(found.fault !== undefined && {
      fault: { ...found.fault, message: cutText(found.fault.message, faultLimitBytes).text },
    }),
    scores: Object.fromEntries(
      Object.entries(found.scores).map(([name, score]) => [name, scoreOf(name, score)]),
    ),
    reward: isResult(outcome) ? numberOf(found.reward) : null,
    passed: null,
  };
}

function trajectoryOf(
  found: FoundTrial,
  model: string | null,
): Record<string, unknown> | undefined {
  if (found.trajectory !== undefined) return found.trajectory;
  return toTrajectory(found.messages ?? [], {
    sessionId: `${found.runId}/${found.taskId}/${found.trial}`,
    agent: found.agent ?? found.from,
    model: found.servedModel ?? model,
    ...(found.trajectoryExtra !== undefined && { extra: found.trajectoryExtra }),
  });
}

/** Unknown counts stay null; `calls` falls back to the turns, which are one call each. */
function usageOf({ usage = {} }: FoundTrial, turns: number | null): ScoredTrial["usage"] {
  return {
    ...noUsage,
    input_tokens: countOf(usage.input_tokens),
    output_tokens: countOf(usage.output_tokens),
    cached_input_tokens: countOf(usage.cached_input_tokens),
    reasoning_tokens: countOf(usage.reasoning_tokens),
    calls: countOf(usage.calls) ?? turns ?? 0,
  };
}

function timesOf({ timeMs = {} }: FoundTrial): ScoredTrial["time_ms"] {
  const known = Object.entries(timeMs).map(([name, ms]) => [name, notNegative(ms)] as const);
  return { ...noTimes, ...Object.fromEntries(known) };
}

function notNegative(value: unknown): number | null {
  const number = numberOf(value);
  return number !== null && number >= 0 ? number : null;
}

function scoreOf(name: string, { value, explanation, grader }: FoundScore): Score {
  const why = textOf(explanation);
  return {
    value: numberOf(value),
    ...(why !== null && { explanation: cutText(why, faultLimitBytes).text }),
    grader: grader ?? { name, version: "unknown" },
  };
}
