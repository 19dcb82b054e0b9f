import { ExitCode, type RunContext } from "@mx/cli";
import { isResult, type AnyRecord, type Run, type Task, type Trial } from "@mx/records";
import type { RunDirectory } from "@mx/store";
import type { EarlierWork } from "./earlier-work.ts";
import type { Flags } from "./flags.ts";
import { NotRun } from "./not-run.ts";
import type { TaskSource } from "./read-tasks.ts";
import type { ResultCopy } from "./result-copy.ts";
import { lastManifest, plannedTrials } from "./run-manifest.ts";
import type { Settings } from "./settings.ts";

/** A run whose first record is written. */
export interface BegunRun {
  directory: RunDirectory;
  first: Run;
  source: TaskSource;
  /** Of the tasks that were taken so far. */
  ids: readonly string[];
  settings: Settings;
  flags: Flags;
  earlier: EarlierWork;
  copy: ResultCopy | null;
  /** Why trials are owed at the end, as the beginning of a line for people, and what to end with then. */
  verdict: () => { why: string; exitCode: number };
}

/**
 * Writes the attempts of a run as they come, and then its record as it ends. Each item is attempts at one trial, one
 * or more; an empty one is a trial that was not begun. Returns the exit code: 75 where trials are still owed.
 */
export async function* recordRun(
  run: BegunRun,
  attempts: AsyncIterable<Trial[]>,
  { stop, note, progress }: Pick<RunContext, "stop" | "note" | "progress">,
): AsyncGenerator<AnyRecord, number> {
  const { directory, source, settings, flags, earlier, copy } = run;
  progress.start(source.ids === null ? null : plannedTrials(source.ids, settings, flags), "trials");
  let results = 0;
  let notBegun = 0;
  const unsettled = new Set<string>();
  let failure: unknown = null;
  const notRun = new NotRun();
  try {
    for await (const trial of attempts) {
      yield* trial as (Trial & AnyRecord)[];
      const last = trial.at(-1);
      if (last === undefined) notBegun += 1;
      else if (trial.some(({ outcome }) => isResult(outcome))) {
        results += 1;
        unsettled.delete(last.key);
      } else unsettled.add(last.key);
      notRun.add(trial);
      const owed = unsettled.size + notBegun;
      progress.update(earlier.met + results + owed, { owed });
    }
  } catch (error) {
    // A bad line on stdin, say: what was in flight has ended by now, and the manifest says how far it got.
    failure = error;
  }
  progress.stop();

  const isWhole = !stop.aborted && failure === null;
  const all = source.ids ?? (isWhole ? [...run.ids] : null);
  const total = all === null ? null : plannedTrials(all, settings, flags);
  const last = lastManifest(run.first, all, total, earlier.met + results, stop.aborted);
  await directory.writeManifest(last);
  await copy?.run(last);
  yield last;
  if (failure !== null) throw failure;
  if (last.state === "done") return ExitCode.ok;
  for (const line of notRun.lines()) note(line);
  const { why, exitCode } = run.verdict();
  note(
    `${why}${last.owed ?? "some"} trials are still owed; go on with the same command and --resume ${directory.runId}`,
  );
  return exitCode;
}

/** The tasks as they come, until the first signal; their ids are kept for the manifest. */
export async function* noteIds(
  { tasks }: TaskSource,
  ids: string[],
  stop: AbortSignal,
): AsyncGenerator<Task> {
  for await (const task of tasks) {
    if (stop.aborted) return;
    ids.push(task.id);
    yield task;
  }
}
