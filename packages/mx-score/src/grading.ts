import type { RunContext } from "@mx/cli";
import type { Score, Trial } from "@mx/records";
import { mxHome } from "@mx/store/mx-home";
import { readArtifact } from "@mx/store/read-artifact";
import type { Flags } from "./flags.ts";
import type { GraderSet } from "./grade/grader-set.ts";
import { judgeTrial, type Judgement, type RewardRule } from "./score-trial.ts";

/** Says what the judgement of a trial is: at once, or after graders have been asked. */
export type Grading = (trial: Trial) => Judgement | Promise<Judgement>;

/** What grading needs of its surroundings. */
type Surroundings = Pick<RunContext, "env" | "note" | "stop" | "abort">;

/** Grading by what trials bring with them: checks, or a reward. */
function ownGrading(rule: RewardRule): Grading {
  return (trial) => judgeTrial(trial, null, rule);
}

/**
 * Grading by the graders of the flags, else by those that trials bring with them, beside their checks. Graders are
 * loaded when the first trial needs any. Throws MxError 2 for flags that are no graders.
 */
export async function openGrading(flags: Flags, context: Surroundings): Promise<Grading> {
  if (flags.grader.length > 0 || flags.graders !== undefined) {
    // `checks` is not a grader of its own: it says that the tasks' checks count beside the others.
    const grader = flags.grader.filter((name) => name !== "checks");
    const { reward } = flags;
    const rule = { reward, checks: grader.length < flags.grader.length };
    if (grader.length === 0 && flags.graders === undefined) return ownGrading(rule);
    return gradingBy(await openGraders({ ...flags, grader }, context), rule);
  }
  const own = ownGrading(flags);
  let opening: Promise<Grading> | null = null;
  return (trial) => {
    if (trial.graders === undefined || trial.graders.length === 0) return own(trial);
    opening ??= openGraders(flags, context).then((graders) => gradingBy(graders, flags));
    return opening.then((grading) => grading(trial));
  };
}

function gradingBy(set: GraderSet, rule: RewardRule): Grading {
  const judged = (trial: Trial) => (scores: Record<string, Score>) =>
    judgeTrial(trial, scores, rule);
  return (trial) =>
    set.isImmediate(trial)
      ? judged(trial)(set.gradeNow(trial))
      : set.grade(trial).then(judged(trial));
}

async function openGraders(flags: Flags, context: Surroundings): Promise<GraderSet> {
  const { env, note, stop, abort } = context;
  const [{ GraderSet }, { parseGraders }, { openJudge }] = await Promise.all([
    import("./grade/grader-set.ts"),
    import("./grade/parse-graders.ts"),
    import("./judge/open-judge.ts"),
  ]);
  const specs = await parseGraders(flags);
  const judge = await openJudge({
    env,
    note,
    stop,
    abort,
    url: flags.judgeUrl,
    parallel: flags.parallel,
    cache: flags.cache,
  });
  const home = mxHome(env);
  return GraderSet.open(specs, {
    env,
    parallel: flags.parallel,
    signal: abort,
    runRecordCommands: flags.allowCommands,
    judge: judge.grade,
    async readWhole({ run_id, artifacts }) {
      const artifact = artifacts["stdout"];
      if (artifact === undefined) return null;
      const { bytes } = await readArtifact(home, run_id, artifact);
      return bytes?.toString() ?? null;
    },
  });
}
