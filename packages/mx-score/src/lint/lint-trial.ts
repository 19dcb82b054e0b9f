import type { Trial } from "@mx/records";
import { isResult } from "@mx/records/outcome";
import type { Hit } from "./hit.ts";
import { lintRecord, rewardWithoutAgent, shortText } from "./lint-record.ts";
import { lintTrajectory, type ToolUse } from "./lint-trajectory.ts";
import type { AnyTrajectory } from "./read-steps.ts";

/** What was found in one trial. */
export interface TrialLint {
  /** One per code. */
  hits: Hit[];
  /** Null where no trajectory was looked at. */
  tools: ToolUse | null;
}

const nothingFound: TrialLint = { hits: [], tools: null };

/** Text with nothing in it that a marker of thinking has. */
const plainText = /^\w[\w .,:;%$()+*=-]*$/;

/** True for most of a million trials: a short answer, and nothing that could be said against it. */
function isPlain({ outcome, output, output_bytes, fault, finish_reason, usage }: Trial): boolean {
  return (
    outcome === "completed" &&
    fault === undefined &&
    usage.calls > 0 &&
    output.length < shortText &&
    (output_bytes === undefined || output_bytes === output.length) &&
    (finish_reason == null || finish_reason === "stop") &&
    plainText.test(output)
  );
}

/** What makes the score of one trial suspect, by its record and, where there is one, its trajectory. Never throws. */
export function inspectTrial(
  trial: Trial,
  reward: number | null,
  trajectory: AnyTrajectory | null,
): TrialLint {
  if (trajectory === null && isPlain(trial)) return nothingFound;
  const hits = lintRecord(trial);
  const seen =
    trajectory !== null && isResult(trial.outcome) ? lintTrajectory(trial, trajectory) : null;
  const unearned = rewardWithoutAgent(trial, reward, seen?.replies ?? null);
  if (unearned !== null) hits.push(unearned);
  if (seen === null) return { hits, tools: null };
  for (const hit of seen.hits) {
    const same = hits.findIndex(({ code }) => code === hit.code);
    // What leaked within the conversation did more harm than what is in the final output.
    if (same >= 0) hits[same] = hit;
    else hits.push(hit);
  }
  return { hits, tools: seen.tools };
}
