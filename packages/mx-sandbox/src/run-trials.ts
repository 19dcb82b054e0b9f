import { agentFile } from "@mx/agent";
import { openBackend, type Tool } from "@mx/backends";
import { ExitCode, mapConcurrent, Masker, type RunContext, Semaphore } from "@mx/cli";
import type { AnyRecord } from "@mx/records";
import type { RunDirectory } from "@mx/store";
import { basename, join } from "node:path";
import { agentTool } from "./agent-command.ts";
import { prepareAgents } from "./agents/prepare-agents.ts";
import type { Arm } from "./arm.ts";
import type { AttemptContext } from "./attempt-context.ts";
import { beginRun } from "./begin-run.ts";
import type { EarlierWork } from "./earlier-work.ts";
import type { Flags } from "./flags.ts";
import { gitCommit } from "./git-commit.ts";
import { containerOptions } from "./container-flags.ts";
import { modalOptions } from "./modal-options.ts";
import { reachOf } from "./reach-of.ts";
import { noteModels } from "./note-models.ts";
import { openModelProxy } from "./open-model-proxy.ts";
import { adopt, openRun, type OpenedRun } from "./open-run.ts";
import { planTrials, type PlannedTrial } from "./plan.ts";
import { preflight } from "./preflight.ts";
import { readAhead, readTasks } from "./read-tasks.ts";
import { noteIds, recordRun } from "./record-run.ts";
import { runTrial } from "./run-trial.ts";
import { readSettings } from "./settings.ts";
import { warnOfLimits } from "./warn-of-limits.ts";

/** So many trials more than are running may be on their way to disk, or wait for a further attempt. */
const finishing = 4;

/** A part of a run that is kept in a folder of its own: what an element of a job array does. */
export interface RunPart {
  run: OpenedRun;
  /** Keeps other processes out for as long as it is held. */
  lock: () => Promise<AsyncDisposable>;
  /** The trials that belong to it. */
  choose: (
    planned: AsyncIterable<PlannedTrial>,
    earlier: EarlierWork,
  ) => AsyncIterable<PlannedTrial>;
}

/**
 * Runs what is owed and writes it: the run record, every attempt as it ends, the run record again.
 * Ends with 75 where trials are still owed.
 */
export async function* runTrials(
  records: AsyncIterable<AnyRecord>,
  flags: Flags,
  context: RunContext,
  part?: RunPart,
): AsyncGenerator<AnyRecord, number> {
  const { env, stop, note } = context;
  if (flags.backend === "slurm") {
    const { runOnSlurm } = await import("./slurm/run-on-slurm.ts");
    return yield* runOnSlurm(records, flags, context);
  }
  const tasks = await readTasks(flags, records, note);
  const source = flags.preflight ? await readAhead(tasks) : tasks;
  const settings = readSettings(flags, context.rest, env, source.endpoint);
  // git takes its time, in which the backend can open.
  const commit = gitCommit();
  const run = part?.run ?? (await openRun(flags, env));
  const { directory } = run;
  await using _lock = await (part?.lock() ?? directory.lock());
  const agents = await prepareAgents(settings.arms, flags, context);
  await using backend = await openBackend({
    name: flags.backend,
    parallel: flags.parallel,
    limits: settings.limits,
    readOnlyMounts: [...flags.mount, ...agents.mounts],
    tools: toolsOf(flags, settings.arms),
    ...(flags.backend === "container" ? { container: containerOptions(flags) } : {}),
    ...(flags.backend === "modal" ? { modal: modalOptions(flags, agents.imageSetup) } : {}),
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
          mcp: settings.hosts,
          reach: reachOf(backend, settings.network),
        });
  if (proxy !== null) await noteModels(proxy, settings.models, note);
  await backend.prepare?.();
  using copy =
    flags.modalResultsVolume === undefined ? null : await openCopy(flags, directory, context);
  await using journal = await directory.journal();
  const { first, earlier } = yield* beginRun(
    { run, settings, flags, backend, ids: source.ids, commit: await commit, journal, copy },
    context,
  );
  if (flags.resume !== undefined) yield* adopt(run, journal, earlier);
  const refused =
    flags.preflight &&
    !(yield* preflight(source.tasks, { ...settings, ...context, flags, backend }));

  const shared: AttemptContext = {
    runId: directory.runId,
    flags,
    backend,
    agents: agents.folders,
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
  const whole = planTrials(noteIds(source, ids, stop), plan, earlier);
  const planned = part?.choose(whole, earlier) ?? whole;
  const running = new Semaphore(flags.parallel);
  // No trial begins whose calls would be refused.
  const halts = [stop, ...(proxy === null ? [] : [proxy.budgetSpent])];
  const halt = refused ? AbortSignal.abort() : AbortSignal.any(halts);
  const attempts = mapConcurrent(planned, flags.parallel + finishing, (next) =>
    runTrial(next, shared, journal, running, halt),
  );
  const spent = () => proxy?.budgetSpent.aborted === true;
  const verdict = () =>
    refused
      ? {
          why: "preflight: no model is asked before all of its checks hold: ",
          exitCode: ExitCode.gateFailed,
        }
      : { why: spent() ? "the budget has no room left: " : "", exitCode: ExitCode.incomplete };
  const begun = { directory, first, source, ids, settings, flags, earlier, copy, verdict };
  return yield* recordRun(begun, attempts, context);
}

/** What copies the run to a volume, loaded where one is asked for. */
async function openCopy(flags: Flags, directory: RunDirectory, { env, note }: RunContext) {
  const { ResultCopy } = await import("./result-copy.ts");
  return ResultCopy.open(flags, env, directory, note);
}

/** mx-agent, where it is the agent, and the file of --agent-file. */
function toolsOf({ agentFile: file }: Flags, arms: readonly Arm[]): Tool[] {
  const isUsed = arms.some(({ loaded }) => loaded !== null && "bundled" in loaded.adapter.install);
  const own = isUsed ? [{ name: agentTool, hostPath: agentFile() }] : [];
  return file === undefined ? own : [...own, { name: basename(file), hostPath: file }];
}
