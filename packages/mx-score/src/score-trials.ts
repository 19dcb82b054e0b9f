import type { RunContext } from "@mx/cli";
import type { AnyRecord, Run, Trial } from "@mx/records";
import { mxHome } from "@mx/store/mx-home";
import type { Flags } from "./flags.ts";
import { openGrading } from "./grading.ts";
import { inputRecords, type InputFlags } from "./input-records.ts";
import type { TrajectoryReader } from "./lint/open-trajectories.ts";
import type { AnyTrajectory } from "./lint/read-steps.ts";
import { Pending } from "./pending.ts";
import { writesTrials } from "./score-settings.ts";
import { withJudgement, type Judgement } from "./score-trial.ts";
import { Scoring } from "./scoring.ts";

/** A trial with all that is known of it. */
interface Judged {
  trial: Trial;
  judgement: Judgement;
  trajectory: AnyTrajectory | null;
}

/** Records that others have made of the same trials: beside ours they would contradict them. */
const replaced: ReadonlySet<string> = new Set(["summary", "finding"]);

type Context = Pick<
  RunContext,
  "note" | "isTerminal" | "positionals" | "env" | "stop" | "abort" | "progress"
>;

/**
 * Every trial with its score; everything else as it is; then findings and summaries. Trials keep their order, but
 * for those that wait for a command, a judge or a file. Ends with 75 where coverage is too small, with 1 where a gate
 * fails.
 */
export async function* scoreTrials(
  records: AsyncIterable<AnyRecord>,
  flags: Flags & InputFlags & { format?: string },
  context: Context,
): AsyncGenerator<AnyRecord, number> {
  const scoring = new Scoring(flags);
  const grading = await openGrading(flags, context);
  const trajectoryOf = flags.lint ? await trajectoryReader(context) : null;
  const writes = writesTrials(flags, context);
  const pending = new Pending<Judged>();
  const score = ({ trial, judgement, trajectory }: Judged) => {
    scoring.add(trial, judgement, trajectory);
    return writes ? withJudgement(trial, judgement, flags.passThreshold) : null;
  };
  const input = context.positionals.length === 0 && flags.from === undefined ? records : null;
  for await (const record of input ?? inputRecords(records, flags, context)) {
    if (replaced.has(record.type)) continue;
    if (record.type !== "trial") {
      if (record.type === "run") scoring.addRun(record as unknown as Run);
      if (writes) yield record;
      continue;
    }
    const trial = record as unknown as Trial;
    const judgement = grading(trial);
    if (judgement instanceof Promise || trajectoryOf !== null) {
      pending.add(complete(trial, judgement, trajectoryOf));
      if (pending.size < flags.parallel) continue;
      const scored = score(await pending.next());
      if (scored !== null) yield scored;
    } else {
      const scored = score({ trial, judgement, trajectory: trial.trajectory ?? null });
      if (scored !== null) yield scored;
    }
  }
  while (pending.size > 0) {
    const scored = score(await pending.next());
    if (scored !== null) yield scored;
  }
  return yield* scoring.results(context.note);
}

async function trajectoryReader({ env }: Pick<RunContext, "env">): Promise<TrajectoryReader> {
  const { openTrajectories } = await import("./lint/open-trajectories.ts");
  return openTrajectories(mxHome(env));
}

async function complete(
  trial: Trial,
  judgement: Judgement | Promise<Judgement>,
  trajectoryOf: TrajectoryReader | null,
): Promise<Judged> {
  const [judged, trajectory] = await Promise.all([
    judgement,
    trajectoryOf === null ? (trial.trajectory ?? null) : trajectoryOf(trial),
  ]);
  return { trial, judgement: judged, trajectory };
}
