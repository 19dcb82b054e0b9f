import { ExitCode, MxError } from "@mx/cli";
import { isResult, type ScoredTrial, type Trial } from "@mx/records";
import { judgeTrial, type Judgement } from "../score-trial.ts";

/**
 * The judgement that a trial came with; where it came with none, the one that its checks give. Throws MxError 65
 * for a reward that is no number.
 */
export function givenJudgement(trial: Trial): Judgement {
  const given: Partial<ScoredTrial> = trial;
  if (given.reward === undefined) return judgeTrial(trial, null);
  const { reward } = given;
  if (reward !== null && !Number.isFinite(reward)) {
    throw new MxError(`trial ${trial.trial} of task ${trial.task_id}: its reward is no number`, {
      code: "bad_reward",
      exitCode: ExitCode.badData,
      hint: "score the trials again: mx-score --rescore",
    });
  }
  return { scores: given.scores ?? {}, reward: isResult(trial.outcome) ? reward : null };
}
