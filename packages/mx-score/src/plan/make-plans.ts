import { ExitCode, MxError, type RunContext } from "@mx/cli";
import type { AnyRecord, Plan } from "@mx/records";
import { tasksNeeded, trialsNeeded, visibleEffect } from "@mx/stats";
import type { ResultReader } from "../compare/path-records.ts";
import { findSpread } from "./find-spread.ts";
import type { PlanFlags } from "./flags.ts";
import type { KnownSpread } from "./spread-source.ts";

/** Trials per task that are looked at where none are given. */
const grid = [1, 2, 4, 8];

/**
 * Plans: what is missing of effect, tasks and trials, from the two that are given; with one of effect and tasks
 * alone, one plan for 1, 2, 4 and 8 trials. A sentence on stderr says where the effect cannot be seen with the tasks
 * that there are.
 */
export async function* makePlans(
  stdin: AsyncIterable<AnyRecord>,
  flags: PlanFlags,
  context: Pick<RunContext, "note" | "positionals">,
  readResults: ResultReader,
): AsyncGenerator<AnyRecord, number> {
  const { effect, trials, power, alpha } = flags;
  const spread = await findSpread(flags, { stdin, context, readResults });
  const demand = { power, alpha };
  // Tasks of results are those that there are, but only an effect can be asked of more.
  const tasks = flags.tasks ?? (effect === undefined ? spread.tasks : null);
  if (effect === undefined && tasks === null) {
    throw new MxError("a plan takes --effect or --tasks", {
      code: "usage",
      exitCode: ExitCode.usage,
      hint: "mx-score plan --effect 0.05 --mean 0.6",
    });
  }
  if (spread.omega === 0 && spread.sigmaA === 0 && spread.sigmaB === 0) {
    throw new MxError("omega and sigma are 0: results that do not vary show any effect", {
      code: "no_spread",
      exitCode: ExitCode.usage,
      hint: "say how results vary by --omega and --sigma, or by --mean",
    });
  }
  const plan = (planned: { effect: number; tasks: number; trials: number }) =>
    planRecord(planned, spread, demand);
  if (spread.clustered) {
    context.note("tasks share clusters: count independent ones, of which more tasks are needed");
  }
  const counts = trials === undefined ? grid : [trials];
  if (effect === undefined) {
    for (const count of counts) {
      const seen = visibleEffect(tasks ?? 0, count, spread, demand);
      yield plan({ effect: seen, tasks: tasks ?? 0, trials: count });
    }
    return ExitCode.ok;
  }
  const there = tasks ?? spread.tasks;
  if (tasks !== null && trials === undefined) {
    const needed = trialsNeeded(effect, tasks, spread, demand);
    if (needed !== null) {
      yield plan({ effect, tasks, trials: needed });
      return ExitCode.ok;
    }
    const limit = visibleEffect(tasks, Infinity, spread, demand);
    context.note(
      `no number of trials shows a difference of ${effect} with ${tasks} tasks: it stays above ` +
        `${shown(limit)}, because tasks differ that much; more tasks are needed`,
    );
  } else if (there !== null) tellWhatIsSeen(effect, there, counts);
  for (const count of counts) {
    yield plan({ effect, tasks: tasksNeeded(effect, count, spread, demand), trials: count });
  }
  return ExitCode.ok;

  function tellWhatIsSeen(effect: number, there: number, counts: readonly number[]): void {
    const most = Math.max(...counts);
    const seen = visibleEffect(there, most, spread, demand);
    if (seen <= effect * (1 + 1e-9)) return;
    const needed = tasksNeeded(effect, most, spread, demand);
    context.note(
      `${there} tasks with ${most} ${most === 1 ? "trial" : "trials"} each cannot show a difference of ` +
        `${effect}: the smallest that they show is ${shown(seen)}; ${needed} tasks would`,
    );
  }
}

function shown(effect: number): string {
  return Number(effect.toPrecision(3)).toString();
}

function planRecord(
  { effect, tasks, trials }: { effect: number; tasks: number; trials: number },
  { omega, sigmaA, sigmaB, source }: KnownSpread,
  { power, alpha }: { power: number; alpha: number },
): Plan {
  const total = 2 * tasks * trials;
  if (!Number.isSafeInteger(total)) {
    throw new MxError(`an effect of ${effect} takes more trials than can be counted`, {
      code: "usage",
      exitCode: ExitCode.usage,
      hint: "ask for a larger one",
    });
  }
  return {
    type: "plan",
    version: 1,
    effect,
    tasks,
    trials,
    total_trials: total,
    power,
    alpha,
    omega,
    sigma_a: sigmaA,
    sigma_b: sigmaB,
    source,
  };
}
