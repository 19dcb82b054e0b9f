import { ExitCode, mapConcurrent, type RunContext } from "@mx/cli";
import type { AnyRecord, Attribution } from "@mx/records";
import { Journal, mxHome, readJournal } from "@mx/store";
import { judgeEndpoint } from "../judge/endpoint.ts";
import { Judge } from "../judge/judge.ts";
import { attributeTrial, faultJudge } from "./attribute-trial.ts";
import { FailedTrials, type FailedTrial } from "./failed-trials.ts";
import { FaultShares } from "./fault-shares.ts";
import type { Flags } from "./flags.ts";
import { KnownAttributions } from "./known-attributions.ts";
import { isAttribution, readInput } from "./read-input.ts";
import { trialId } from "./trial-id.ts";

type Context = Pick<RunContext, "env" | "note" | "progress" | "stop" | "abort" | "positionals">;

/**
 * An attribution per failed trial, then the shares as findings. All of the input is read first, because which trials
 * are chosen, and which are attributed already, must not depend on the order of its lines. Ends with 75 where a trial
 * has no author.
 */
export async function* attributeTrials(
  records: AsyncIterable<AnyRecord>,
  flags: Flags,
  context: Context,
): AsyncGenerator<AnyRecord, number> {
  judgeEndpoint(context.env, flags.judgeUrl);
  const known = new KnownAttributions(faultJudge(flags.judgeModel).digest);
  if (flags.output !== undefined) {
    for await (const record of readJournal(flags.output, ["attribution"])) {
      if (isAttribution(record)) known.add(record);
    }
  }
  const shares = new FaultShares();
  const given: Attribution[] = [];
  await using failed = await FailedTrials.open();
  yield* readInput(records, { failed, shares, given }, flags, context);
  if (context.stop.aborted) return ExitCode.incomplete;

  const all = failed.sorted();
  for (const trial of all) shares.addFailed(trial);
  const chosen = new Map(all.slice(0, flags.max).map((trial) => [trial.id, trial]));
  yield* passOn(given, known, chosen);
  const counted = new Set([...given.map((attribution) => trialId(attribution)), ...chosen.keys()]);
  for (const id of counted) {
    const attribution = known.get(id);
    if (attribution !== undefined) shares.addAttribution(attribution);
  }
  if (known.disagreeing > 0) {
    context.note(
      `${known.disagreeing} trials have attributions that disagree; one of each is counted`,
    );
  }

  const owed = [...chosen.values()].filter(({ id }) => known.get(id) === undefined);
  const unjudged = yield* askAll(owed, failed, shares, flags, context);
  if (context.stop.aborted) return ExitCode.incomplete;
  yield* shares.findings();
  return unjudged > 0 ? ExitCode.incomplete : ExitCode.ok;
}

/** What was attributed before: all that came with the input, and what the file has of the trials that are chosen. */
function* passOn(
  given: readonly Attribution[],
  known: KnownAttributions,
  chosen: ReadonlyMap<string, FailedTrial>,
): Generator<Attribution> {
  for (const attribution of given) {
    const id = trialId(attribution);
    // One without an author gives way to the one that is about to be made, or that the file has.
    if (!(chosen.has(id) && known.isUnreadable(attribution))) yield attribution;
    known.add(attribution);
  }
  const there = new Set(
    given.filter((one) => known.isReadable(one)).map((attribution) => trialId(attribution)),
  );
  for (const id of chosen.keys()) {
    const attribution = known.get(id);
    if (attribution !== undefined && !there.has(id)) yield attribution;
  }
}

/** Asks about the trials that nothing is known of; the number of those that could not be judged. */
async function* askAll(
  owed: readonly FailedTrial[],
  failed: FailedTrials,
  shares: FaultShares,
  flags: Flags,
  { env, note, progress, stop, abort }: Context,
): AsyncGenerator<Attribution, number> {
  const { judgeModel: model, judgeUrl: url, parallel, cache, output, requireTrajectory } = flags;
  const judge = new Judge({ env, url, parallel, cache, stop, abort, note });
  const settings = { model, home: mxHome(env), requireTrajectory };
  let [done, unjudged, skipped] = [0, 0, 0];
  const journal = output === undefined || owed.length === 0 ? null : await Journal.open(output);
  try {
    const ask = async (trial: FailedTrial) => {
      const attribution = await attributeTrial(judge, await failed.read(trial), settings);
      // On disk before anybody sees it: it was paid for.
      if (attribution !== null) await journal?.append(attribution);
      return { trial, attribution };
    };
    progress.start(owed.length, "failed trials");
    const answers = mapConcurrent(owed, parallel, ask, { signal: stop });
    for await (const { trial, attribution } of answers) {
      if (attribution === null) {
        skipped += 1;
        shares.addSkipped(trial);
      } else {
        if (attribution.author === null) unjudged += 1;
        shares.addAttribution(attribution);
        yield attribution;
      }
      done += 1;
      progress.update(done, { "not judged": unjudged, skipped });
    }
  } finally {
    await journal?.close();
  }
  if (skipped > 0) note(`${skipped} failed trials have no trajectory and were left out`);
  return unjudged;
}
