import { canonicalJson, sha256, type Attribution, type Trial } from "@mx/records";
import type { Judge } from "../judge/judge.ts";
import { trialEvidence } from "../judge/trial-evidence.ts";
import { faultQuestion, faultVersion } from "./fault-question.ts";

const maxDescription = 4_000;

/** Who judges, with a digest of what its verdicts depend on. */
export function faultJudge(model: string): Attribution["judge"] & { digest: string } {
  const digest = sha256(canonicalJson({ model, prompt: faultVersion }));
  return { name: "fault", version: faultVersion, digest };
}

/**
 * Asks who was at fault for one failed trial. An attribution without an author says in its description why there is
 * none. null: the trial has no trajectory, and must have one.
 */
export async function attributeTrial(
  judge: Judge,
  trial: Trial,
  settings: { model: string; home: string; requireTrajectory: boolean },
): Promise<Attribution | null> {
  const { model, home, requireTrajectory } = settings;
  const evidence = await trialEvidence(trial, home);
  if (requireTrajectory && evidence.trajectory === null) return null;
  const answer = await judge.ask(faultQuestion(model, trial, evidence), 0);
  const text = answer.value?.description ?? answer.problem ?? "";
  return {
    type: "attribution",
    version: 1,
    key: trial.key,
    run_id: trial.run_id,
    task_id: trial.task_id,
    trial: trial.trial,
    attempt: trial.attempt,
    variant: trial.variant,
    model: trial.model,
    author: answer.value?.author ?? null,
    fault_type: answer.value?.fault_type ?? null,
    description: text === "" ? null : text.slice(0, maxDescription).toWellFormed(),
    judge: faultJudge(model),
    cost_usd: answer.costUsd,
  };
}
