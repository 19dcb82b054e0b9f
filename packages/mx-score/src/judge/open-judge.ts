import type { Score, Trial } from "@mx/records";
import { mxHome } from "@mx/store";
import type { JudgeOptions } from "./judge-options.ts";
import type { JudgeTotals } from "./judge-totals.ts";
import type { JudgeSpec } from "./rubric-question.ts";

/**
 * Grades one trial by a judge. Resolves with a score of null where the judge's replies could not be read or did not
 * come. Rejects with MxError 2 where no endpoint is named, 69 where it cannot be used from the first call on, and with
 * an AbortError after `stop`.
 */
export type JudgeGrade = (spec: JudgeSpec, trial: Trial) => Promise<Score>;

/** A judge that is ready, and what it has done. */
export interface OpenJudge {
  grade: JudgeGrade;
  totals: () => JudgeTotals;
}

/** Gets a judge ready. Nothing is checked, sent or loaded that only a first trial to grade would need. */
export async function openJudge(options: JudgeOptions): Promise<OpenJudge> {
  const { Judge } = await import("./judge.ts");
  const judge = new Judge(options);
  const settings = { home: mxHome(options.env), temperature: options.temperature };
  return {
    async grade(spec, trial) {
      const { judgeTrial } = await import("./judge-trial.ts");
      return judgeTrial(judge, spec, trial, settings);
    },
    totals: () => judge.totals,
  };
}
