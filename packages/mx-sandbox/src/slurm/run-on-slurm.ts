import { openSlurm } from "@mx/backends/slurm";
import { ExitCode, type RunContext } from "@mx/cli";
import type { AnyRecord, Task, Trial } from "@mx/records";
import { prepareAgents } from "../agents/prepare-agents.ts";
import { beginRun } from "../begin-run.ts";
import type { Flags } from "../flags.ts";
import { gitCommit } from "../git-commit.ts";
import { openRun } from "../open-run.ts";
import { planTrials, type PlannedTrial } from "../plan.ts";
import { readAhead, readTasks } from "../read-tasks.ts";
import { noteIds, recordRun } from "../record-run.ts";
import { readSettings } from "../settings.ts";
import { cutShards } from "./cut-shards.ts";
import { elementFlags, writeElementPlan } from "./element-plan.ts";
import { exportedNames } from "./exported-names.ts";
import { mergeLedgers } from "./merge-ledgers.ts";
import { QueueView } from "./queue-view.ts";
import { recoverShards } from "./recover-shards.ts";
import { ShardRunner } from "./run-shards.ts";
import { Shard } from "./shard.ts";
import { ShardWatch } from "./shard-watch.ts";
import { limitsOnNodes } from "./slurm-limits.ts";
import { SlurmProgress } from "./slurm-progress.ts";
import { readSlurmSettings } from "./slurm-settings.ts";
import { Submissions } from "./submissions.ts";
import { Submitter } from "./submitter.ts";

/**
 * Has the trials that are owed run by job arrays, and writes what any other backend would: the run record, every
 * attempt as it ends, the run record again. Ends with 75 where trials are still owed.
 */
export async function* runOnSlurm(
  records: AsyncIterable<AnyRecord>,
  flags: Flags,
  context: RunContext,
): AsyncGenerator<AnyRecord, number> {
  const { env, stop, note, abort } = context;
  const slurmSettings = readSlurmSettings(flags);
  // All tasks are needed to cut the run into parts.
  const source = await readAhead(await readTasks(flags, records, note));
  const settings = readSettings(flags, context.rest, env, source.endpoint);
  const slurm = await openSlurm({ env, note, pauses: [500, 1_000, 2_000] });
  const run = await openRun(flags, env);
  const { directory } = run;
  await using _lock = await directory.lock();
  await using journal = await directory.journal();
  const backend = { versions: { slurm: slurm.version }, limits: limitsOnNodes(settings) };
  const commit = await gitCommit();
  const copy = null;
  const { first, earlier } = yield* beginRun(
    { run, settings, flags, backend, ids: source.ids, commit, journal, copy },
    context,
  );

  // As they were given: an arm may have another image, which its element gives them again.
  const given = new Map<string, Task>();
  for await (const task of source.tasks) given.set(task.id, task);
  const ids: string[] = [];
  const owed = new Map<string, PlannedTrial>();
  const plan = { ...settings, trials: flags.trials };
  for await (const planned of planTrials(noteIds(source, ids, stop), plan, earlier)) {
    owed.set(planned.key, planned);
  }
  const { runId, path: folder } = directory;
  const progress = new SlurmProgress(context.progress);
  const attempts = async function* (): AsyncGenerator<Trial[]> {
    if (owed.size === 0) return;
    // Once, here: nodes may not reach a registry, and find it in the folder that they share.
    await prepareAgents(settings.arms, slurmSettings, context);
    await writeElementPlan(folder, {
      run_id: runId,
      mx: context.version,
      flags: elementFlags(flags, settings, slurmSettings, runId),
      rest: context.rest,
    });
    const submissions = new Submissions(folder, runId);
    const limits = await slurm.limits();
    const submitter = new Submitter({
      slurm,
      limits,
      settings: slurmSettings,
      submissions,
      folder,
      cwd: process.cwd(),
      exports: exportedNames(settings, slurmSettings),
    });
    const known = await recoverShards({ folder, runId }, owed, slurm, submissions, submitter);
    const watches = [...known.watches];
    const parts = cutShards(known.rest, slurmSettings.shards, flags.parallel);
    for (const [n, part] of parts.entries()) {
      const shard = new Shard(folder, known.count + n);
      await shard.create(runId, new Set(part.flatMap(({ task }) => given.get(task.id) ?? [])));
      const keys = new Set(part.map(({ key }) => key));
      watches.push(new ShardWatch(shard, keys, runId, owed));
    }
    const queue = new QueueView(slurm, note, limits.minJobAgeS);
    const tell = progress.elements;
    const all = { watches, submitter, queue, directory, journal, note, tell, stop, abort };
    try {
      yield* new ShardRunner(all).run();
    } finally {
      await mergeLedgers(directory);
    }
  };
  const verdict = () => ({ why: "", exitCode: ExitCode.incomplete });
  const begun = { directory, first, source, ids, settings, flags, earlier, copy, verdict };
  return yield* recordRun(begun, attempts(), { stop, note, progress });
}
