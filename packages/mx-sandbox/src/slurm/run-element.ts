import { ExitCode, MxError, readRecords, type RunContext } from "@mx/cli";
import { hostname } from "node:os";
import { Readable } from "node:stream";
import type { EarlierWork } from "../earlier-work.ts";
import type { PlannedTrial } from "../plan.ts";
import { runTrials } from "../run-trials.ts";
import { readElementPlan } from "./element-plan.ts";
import { takeLease } from "./lease.ts";
import { Shard } from "./shard.ts";
import { Submissions } from "./submissions.ts";

/** What `mx-sandbox element` is told. */
export interface ElementFlags {
  /** The run's folder. */
  run: string;
  /** Name of the job array that it is of. */
  submission: string;
}

/**
 * Runs the trials of one shard on this node: mx-sandbox as ever, with a journal of its own that goes on where an
 * earlier process left it. How it ended is left in the shard's folder for who submitted it.
 */
export async function runElement(
  { run, submission }: ElementFlags,
  context: RunContext,
): Promise<number> {
  const { env, note, stop } = context;
  const plan = await readElementPlan(run);
  const { shards } = await new Submissions(run, plan.run_id).read(submission);
  const index = Number(env["SLURM_ARRAY_TASK_ID"]);
  const number = shards[index];
  if (number === undefined) {
    throw new MxError(`${submission} has no element ${env["SLURM_ARRAY_TASK_ID"] ?? "(none)"}`, {
      code: "usage",
      exitCode: ExitCode.usage,
      hint: "an element is started by Slurm; `mx-sandbox --backend slurm` submits it",
    });
  }
  const shard = new Shard(run, number);
  const node = env["SLURMD_NODENAME"] ?? hostname();
  const about = {
    job: `${env["SLURM_ARRAY_JOB_ID"] ?? ""}_${index}`,
    restart: Number(env["SLURM_RESTART_COUNT"] ?? 0),
    node,
  };
  const end = (exitCode: number, error: MxError | null = null) =>
    shard.end({
      ...about,
      exit_code: exitCode,
      stopped: stop.aborted,
      error:
        error === null
          ? null
          : { code: error.code, message: error.message, hint: error.hint ?? null },
    });
  try {
    if (plan.mx !== context.version) throw otherVersion(plan.mx, context.version);
    const directory = shard.directory(plan.run_id);
    const trials = runTrials(
      readRecords(Readable.from(tasksOf(shard)), { source: "tasks" }),
      plan.flags,
      { ...context, rest: plan.rest, note: (text) => note(`node ${node}: ${text}`) },
      {
        run: { directory, before: null, file: null },
        lock: () => takeLease(shard.lockPath, { stop, note }),
        choose: (planned, earlier) => onlyWanted(planned, earlier, shard, stop),
      },
    );
    let step = await trials.next();
    while (step.done !== true) step = await trials.next();
    await end(step.value);
    return step.value;
  } catch (error) {
    if (!(error instanceof MxError)) throw error;
    await end(error.exitCode, error);
    throw error;
  }
}

async function* tasksOf(shard: Shard): AsyncGenerator<Buffer> {
  yield Buffer.from(await shard.tasks());
}

/** The trials that are wanted. Throws MxError 65 where one of them cannot be made any more. */
async function* onlyWanted(
  planned: AsyncIterable<PlannedTrial>,
  earlier: EarlierWork,
  shard: Shard,
  stop: AbortSignal,
): AsyncGenerator<PlannedTrial> {
  const wanted = await shard.wanted();
  for await (const trial of planned) {
    const attempts = wanted.get(trial.key);
    if (attempts === undefined) continue;
    wanted.delete(trial.key);
    yield { ...trial, attemptsBefore: Math.max(attempts, trial.attemptsBefore) };
  }
  const missing = [...wanted.keys()].filter((key) => !earlier.has(key));
  if (missing.length === 0 || stop.aborted) return;
  throw new MxError(`${missing.length} trials are not what they were when the run was submitted`, {
    code: "changed_inputs",
    exitCode: ExitCode.badData,
    hint: "the agent, a skill or an MCP configuration has changed since; --resume the run, which plans it anew",
  });
}

function otherVersion(wanted: string, here: string): MxError {
  return new MxError(`the run was submitted by mx ${wanted}, and this is ${here}`, {
    code: "other_version",
    exitCode: ExitCode.usage,
    hint: "--resume the run, which submits what is owed anew",
  });
}
