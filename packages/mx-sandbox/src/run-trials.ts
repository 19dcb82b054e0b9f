import { agentFile } from "@mx/agent";
import { openBackend, type Tool } from "@mx/backends";
import { ExitCode, mapConcurrent, Masker, type RunContext, Semaphore } from "@mx/cli";
import { isResult, type AnyRecord, type Task, type Trial } from "@mx/records";
import type { RunDirectory } from "@mx/store";
import { basename, join } from "node:path";
import { agentTool } from "./agent-command.ts";
import type { Arm } from "./arm.ts";
import type { AttemptContext } from "./attempt-context.ts";
import { EarlierWork } from "./earlier-work.ts";
import type { Flags } from "./flags.ts";
import { gitCommit } from "./git-commit.ts";
import { modalOptions } from "./modal-options.ts";
import { noteModels } from "./note-models.ts";
import { openModelProxy } from "./open-model-proxy.ts";
import { NotRun } from "./not-run.ts";
import { openRun, replay } from "./open-run.ts";
import { planTrials } from "./plan.ts";
import { preflight } from "./preflight.ts";
import { readAhead, readTasks, type TaskSource } from "./read-tasks.ts";
import { firstManifest, lastManifest, plannedTrials } from "./run-manifest.ts";
import { runTrial } from "./run-trial.ts";
import { readSettings } from "./settings.ts";
import { warnOfLimits } from "./warn-of-limits.ts";

/** So many trials more than are running may be on their way to disk, or wait for a further attempt. */
const finishing = 4;

/**
 * Runs what is owed and writes it: the run record, every attempt as it ends, the run record again.
 * Ends with 75 where trials are still owed.
 */
export async function* runTrials(
  records: AsyncIterable<AnyRecord>,
  flags: Flags,
  context: RunContext,
): AsyncGenerator<AnyRecord, number> {
  const { env, stop, note } = context;
  const tasks = await readTasks(flags, records, note);
  const source = flags.preflight ? await readAhead(tasks) : tasks;
  const settings = readSettings(flags, context.rest, env, source.endpoint);
  // git takes its time, in which the backend can open.
  const commit = gitCommit();
  const run = await openRun(flags, env);
  const { directory } = run;
  await using _lock = await directory.lock();
  await using backend = await openBackend({
    name: flags.backend,
    parallel: flags.parallel,
    limits: settings.limits,
    readOnlyMounts: flags.mount,
    tools: toolsOf(flags, settings.arms),
    ...(flags.backend === "modal" ? { modal: modalOptions(flags) } : {}),
    runId: directory.runId,
    env,
    note,
    abort: context.abort,
  });
  warnOfLimits(backend, note);
  await using proxy =
    settings.api === null
      ? null
      : await openModelProxy({
          runId: directory.runId,
          apiUrl: settings.api.url,
          apiKeyEnv: settings.api.keyEnv,
          env,
          ledger: join(directory.path, "requests.ndjson"),
          budget: { usd: flags.budgetUsd, tokens: flags.budgetTokens },
          trialBudget: { usd: flags.trialBudgetUsd, tokens: flags.trialBudgetTokens },
          prices: flags.prices,
          reach:
            settings.network === "full" && backend.reach === "socket" ? "loopback" : backend.reach,
        });
  if (proxy !== null) await noteModels(proxy, settings.models, note);
  await backend.prepare?.();
  using copy =
    flags.modalResultsVolume === undefined ? null : await openCopy(flags, directory, context);
  await using journal = await directory.journal();
  const first = firstManifest(
    directory.runId,
    settings,
    flags,
    context,
    backend,
    source.ids,
    run.before,
    await commit,
  );
  await directory.writeManifest(first);
  await copy?.run(first);
  yield first;
  const earlier = new EarlierWork();
  if (flags.resume !== undefined) yield* replay(run, journal, earlier);
  const refused =
    flags.preflight &&
    !(yield* preflight(source.tasks, { ...settings, ...context, flags, backend }));

  const shared: AttemptContext = {
    runId: directory.runId,
    flags,
    backend,
    network: settings.network,
    limits: settings.limits,
    proxy,
    directory,
    copy,
    masker: new Masker([
      ...(proxy?.secrets ?? []),
      ...settings.arms.flatMap(({ equipment }) => equipment.mcp?.secrets ?? []),
    ]),
    stop,
    abort: context.abort,
  };
  const ids: string[] = [];
  const plan = { ...settings, trials: flags.trials };
  const planned = planTrials(noteIds(source, ids, stop), plan, earlier);
  const running = new Semaphore(flags.parallel);
  // No trial begins whose calls would be refused.
  const halts = [stop, ...(proxy === null ? [] : [proxy.budgetSpent])];
  const halt = refused ? AbortSignal.abort() : AbortSignal.any(halts);
  const attempts = mapConcurrent(planned, flags.parallel + finishing, (next) =>
    runTrial(next, shared, journal, running, halt),
  );
  context.progress.start(
    source.ids === null ? null : plannedTrials(source.ids, settings, flags),
    "trials",
  );
  let results = 0;
  let owed = 0;
  let failure: unknown = null;
  const notRun = new NotRun();
  try {
    for await (const trial of attempts) {
      yield* trial as (Trial & AnyRecord)[];
      if (trial.some(({ outcome }) => isResult(outcome))) results += 1;
      else owed += 1;
      notRun.add(trial);
      context.progress.update(earlier.met + results + owed, { owed });
    }
  } catch (error) {
    // A bad line on stdin, say: what was in flight has ended by now, and the manifest says how far it got.
    failure = error;
  }
  context.progress.stop();

  const isWhole = !stop.aborted && failure === null;
  const all = source.ids ?? (isWhole ? ids : null);
  const total = all === null ? null : plannedTrials(all, settings, flags);
  const last = lastManifest(first, all, total, earlier.met + results, stop.aborted);
  await directory.writeManifest(last);
  await copy?.run(last);
  yield last;
  if (failure !== null) throw failure;
  if (last.state === "done") return ExitCode.ok;
  for (const line of notRun.lines()) note(line);
  const spent = proxy?.budgetSpent.aborted === true;
  note(
    `${refused ? "preflight: no model is asked before all of its checks hold: " : spent ? "the budget has no room left: " : ""}${last.owed ?? "some"} trials are still owed; go on with the same command and --resume ${directory.runId}`,
  );
  return refused ? ExitCode.gateFailed : ExitCode.incomplete;
}

/** What copies the run to a volume, loaded where one is asked for. */
async function openCopy(flags: Flags, directory: RunDirectory, { env, note }: RunContext) {
  const { ResultCopy } = await import("./result-copy.ts");
  return ResultCopy.open(flags, env, directory, note);
}

/** mx-agent, where it is the agent, and the file of --agent-file. */
function toolsOf({ agentFile: file }: Flags, arms: readonly Arm[]): Tool[] {
  const isUsed = arms.some(({ rest }) => rest.length === 0);
  const own = isUsed ? [{ name: agentTool, hostPath: agentFile() }] : [];
  return file === undefined ? own : [...own, { name: basename(file), hostPath: file }];
}

/** The tasks as they come, until the first signal; their ids are kept for the manifest. */
async function* noteIds(
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
