import { ExitCode, type RunContext } from "@mx/cli";
import type { AnyRecord, Planned } from "@mx/records";
import { EarlierWork } from "./earlier-work.ts";
import type { Flags } from "./flags.ts";
import { planTrials } from "./plan.ts";
import { readTasks } from "./read-tasks.ts";
import { readSettings } from "./settings.ts";

/** Every trial that would run. Checks tasks and flags as a run does, and touches nothing. */
export async function* dryRun(
  records: AsyncIterable<AnyRecord>,
  flags: Flags,
  { note, rest, env }: Pick<RunContext, "note" | "rest" | "env">,
): AsyncGenerator<Planned, number> {
  const { tasks, endpoint } = await readTasks(flags, records, note);
  const settings = readSettings(flags, rest, env, endpoint);
  const plan = { ...settings, trials: flags.trials };
  let count = 0;
  for await (const planned of planTrials(tasks, plan, new EarlierWork())) {
    const { key, task, arm, model, trial } = planned;
    const {
      variant,
      equipment: { digests },
    } = arm;
    const equipment = digests === undefined ? {} : { equipment: digests };
    yield {
      type: "planned",
      version: 1,
      key,
      task_id: task.id,
      model,
      variant,
      ...equipment,
      trial,
    };
    count += 1;
  }
  if (flags.backend === "slurm") {
    const { describeJobs } = await import("./slurm/describe-jobs.ts");
    note(describeJobs(count, flags, settings, env));
  }
  return ExitCode.ok;
}
