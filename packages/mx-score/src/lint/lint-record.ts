import type { Trial } from "@mx/records";
import { isResult } from "@mx/records/outcome";
import { clockTimeout } from "./clock-timeout.ts";
import type { Hit } from "./hit.ts";
import { loopReport } from "./loop-report.ts";
import { quoted } from "./quoted.ts";
import { showsThinking } from "./thinking.ts";

/** Where mx itself ran the sandbox, so that every model call was counted. */
const ownBackends: ReadonlySet<string> = new Set([
  "local",
  "process",
  "container",
  "modal",
  "slurm",
]);

/** Shorter than this, no text has a loop worth a look: 20 repeats of three characters. */
export const shortText = 60;

/** What the record itself says against its score. Only results have one: of other attempts, that they are errors. */
export function lintRecord(trial: Trial): Hit[] {
  const { outcome, output, fault } = trial;
  const hits: Hit[] = [];
  if (outcome === "failed" || outcome === "infra_error" || isBroken(trial)) {
    hits.push({ code: "error_record", detail: faultClass(fault?.class ?? outcome) });
  }
  if (!isResult(outcome)) return hits;
  if (outcome === "max_turns") hits.push({ code: "step_cap" });
  if (outcome === "timeout") {
    hits.push({ code: "timeout" });
    const why = clockTimeout(trial);
    if (why !== null) hits.push({ code: "clock_timeout", detail: why });
  }
  if (isEmpty(trial)) hits.push({ code: "empty_output" });
  const cut = cutOff(trial);
  if (cut !== null) hits.push({ code: "cut_off_output", detail: cut });
  if (output.length >= shortText) {
    const { significant, worst } = loopReport(output);
    if (significant && worst !== null) {
      hits.push({ code: "loop_in_output", detail: quoted(worst.pattern) });
    }
  }
  if (showsThinking(output)) hits.push({ code: "leaked_thinking", detail: "output" });
  return hits;
}

/**
 * A reward although no model was called: the work is not the agent's. In records of mx, the proxy's count says so.
 * An importer does not always know the count, so that a trajectory has to agree: `replies` is how many it has, null
 * where there is none.
 */
export function rewardWithoutAgent(
  trial: Trial,
  reward: number | null,
  replies: number | null,
): Hit | null {
  const { model, usage, turns, backend } = trial;
  if (reward === null || model === null || usage.calls > 0 || !isResult(trial.outcome)) return null;
  const none = ownBackends.has(backend) || (replies === 0 && (turns ?? 0) === 0);
  if (!none) return null;
  return reward > 0
    ? { code: "reward_without_agent", severity: "error", detail: "a reward over 0" }
    : { code: "reward_without_agent", detail: "a reward of 0" };
}

/** Completed without a word. Where nobody says how long the output is, it was not kept, as in tables of results. */
function isEmpty({ outcome, output, output_bytes }: Trial): boolean {
  return outcome === "completed" && output_bytes !== undefined && !/\S/.test(output);
}

/** Said to be completed, with a fault all the same. */
function isBroken({ outcome, fault }: Trial): boolean {
  return outcome === "completed" && fault !== undefined;
}

/** A fault class is a plain name in mx's own records; in others it may be anything. */
function faultClass(name: string): string {
  return /^[a-z][a-z0-9_]{0,59}$/.test(name) ? name : quoted(name);
}

/** What cut the output off: the model's limit on tokens, or the record's on bytes; null: nothing did. */
function cutOff({ finish_reason, output, output_bytes }: Trial): string | null {
  if (
    finish_reason != null &&
    /^(?:length|max_(?:output_)?tokens|model_length)$/i.test(finish_reason)
  ) {
    return "the model's token limit";
  }
  if (output_bytes === undefined || output_bytes <= output.length) return null;
  return output_bytes > Buffer.byteLength(output) ? "the record's size limit" : null;
}
