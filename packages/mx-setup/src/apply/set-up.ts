import { ExitCode, type Masker, type RunContext } from "@mx/cli";
import type { NamedObjects } from "@mx/backends/modal";
import { modalError } from "@mx/backends/modal";
import type { AnyRecord, Resource } from "@mx/records";
import { resolve } from "node:path";
import { confirm } from "../confirm.ts";
import { readSetupFile, type Setup } from "../file/read-setup-file.ts";
import type { Flags } from "../flags.ts";
import { maskedError } from "../masked-error.ts";
import { readCloud, type CloudState } from "../plan/cloud-state.ts";
import { planSetup, type Step } from "../plan/plan.ts";
import { rotatedVariables } from "../plan/rotation.ts";
import { shownPath } from "../shown-path.ts";
import { exclusive } from "../values/exclusive.ts";
import { maskerOf, openCloud, openValues, type Values } from "../values/open-values.ts";
import { applyPlan } from "./apply-plan.ts";
import { stepRecord } from "./step-record.ts";

/** mx-setup FILE: plans, asks, and does. */
export async function* setUp(
  _records: AsyncIterable<AnyRecord>,
  flags: Flags,
  context: RunContext,
): AsyncGenerator<AnyRecord, number> {
  const { env, positionals } = context;
  const file = await readSetupFile(positionals[0] ?? "mx.setup.yaml", flags.environment);
  const setup = flags.envFile === undefined ? file : { ...file, env_file: resolve(flags.envFile) };
  const rotating = rotatedVariables(setup, flags.rotate);
  const cloud = await openCloud(env, flags.timeoutS);
  // From the first look at what was generated on: of two that set up at once, each would generate its own.
  await using _held = flags.dryRun ? null : await exclusive(setup.generated_file);
  const values = await openValues(setup, env);
  const masking = { masker: maskerOf(setup, values, env) };
  try {
    return yield* work({ setup, flags, context, cloud, values, rotating, masking });
  } catch (error) {
    throw maskedError(error, masking.masker);
  }
}

interface Work {
  setup: Setup;
  flags: Flags;
  context: RunContext;
  cloud: NamedObjects;
  values: Values;
  rotating: ReadonlySet<string>;
  masking: { masker: Masker };
}

async function* work(o: Work): AsyncGenerator<AnyRecord, number> {
  const { setup, flags, context, masking } = o;
  const steps = planSetup(setup, await lookAround(o), { ...o.values, rotating: o.rotating });
  const planned = steps.map((step) => stepRecord(step, setup.environment));
  const isOwed = steps.some((step) => step.isOwed);
  const changes = steps.filter(({ action }) => action === "create" || action === "update").length;
  if (flags.dryRun) {
    for (const record of planned) yield { ...record, dry_run: true } satisfies Resource;
    return isOwed ? ExitCode.incomplete : ExitCode.ok;
  }
  if (changes > 0 && !flags.yes) {
    const text = `Make ${changes === 1 ? "this change" : `these ${changes} changes`}? [y/N]`;
    const isYes = (answer: string) => /^y(es)?$/i.test(answer);
    if (!(await confirm(planned, { text, isYes }, context))) {
      context.note("nothing was changed");
      return ExitCode.incomplete;
    }
  }
  return yield* apply(steps, o, (value) => (masking.masker = masking.masker.with(value)));
}

async function* apply(
  steps: Step[],
  { setup, context, cloud, values, masking }: Work,
  onValue: (value: string) => void,
): AsyncGenerator<AnyRecord, number> {
  const { environment, generated_file: path } = setup;
  let isOwed = false;
  let hasFailed = false;
  let done = 0;
  context.progress.start(steps.length, "resources");
  const put = { ...values, cloud, environment, onValue };
  for await (const { record, isOwed: owes } of applyPlan(steps, put, context.stop)) {
    isOwed ||= owes;
    hasFailed ||= record.action === "fail";
    done += 1;
    context.progress.update(done);
    const { reason } = record;
    yield reason === undefined ? record : { ...record, reason: masking.masker.text(reason) };
  }
  context.progress.stop();
  if (values.generated.hasMade)
    context.note(
      `generated values are in ${shownPath(path)}: keep it, Modal does not show them again`,
    );
  if (hasFailed) return ExitCode.unavailable;
  return isOwed ? ExitCode.incomplete : ExitCode.ok;
}

async function lookAround({ cloud, setup }: Work): Promise<CloudState> {
  try {
    return await readCloud(cloud, setup);
  } catch (error) {
    throw modalError(error, "Modal cannot be asked");
  }
}
