import type { Trial } from "@mx/records";
import { jsonText } from "./json-text.ts";
import { firstRequest } from "./trajectory-text.ts";
import { trialTrajectory } from "./trial-trajectory.ts";

/** What a judge can know of a trial. */
export interface Evidence {
  /** What the agent was asked; null: neither the record nor the trajectory says. */
  task: string | null;
  answer: string;
  /** Size of the whole answer in bytes, where the record holds only its beginning; null: it holds all. */
  answerBytes: number | null;
  trajectory: Record<string, unknown> | null;
  /** Why there is no trajectory; null: there is one. */
  missing: string | null;
}

/** Gathers it from the record, and from the run's folder under `home`. */
export async function trialEvidence(trial: Trial, home: string): Promise<Evidence> {
  const { trajectory, missing } = await trialTrajectory(trial, home);
  const { output, output_bytes } = trial;
  const isCut = output_bytes !== undefined && output_bytes > Buffer.byteLength(output);
  return {
    task: taskOf(trial) ?? (trajectory === null ? null : firstRequest(trajectory)),
    answer: output,
    answerBytes: isCut ? output_bytes : null,
    trajectory,
    missing,
  };
}

/** A trial's record need not have its task's prompt; those that do have it as the task does. */
function taskOf(trial: Trial): string | null {
  const { prompt, messages } = trial as { prompt?: unknown; messages?: unknown };
  if (typeof prompt === "string") return prompt;
  return Array.isArray(messages) ? jsonText(messages) : null;
}
