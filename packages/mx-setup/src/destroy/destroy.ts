import { failureKind, failureText, modalError, type NamedObjects } from "@mx/backends/modal";
import { ExitCode, type Masker, type RunContext } from "@mx/cli";
import type { AnyRecord, Resource } from "@mx/records";
import { existsSync } from "node:fs";
import { confirm } from "../confirm.ts";
import { readSetupFile, type Setup } from "../file/read-setup-file.ts";
import type { DestroyFlags } from "../flags.ts";
import { maskedError } from "../masked-error.ts";
import { readCloud, type CloudState } from "../plan/cloud-state.ts";
import { shownPath } from "../shown-path.ts";
import { exclusive } from "../values/exclusive.ts";
import { maskerOf, openCloud, openValues, type Values } from "../values/open-values.ts";
import {
  contentsOf,
  planDestroy,
  strangersTo,
  type Content,
  type DestroyStep,
} from "./plan-destroy.ts";

/** mx-setup destroy FILE: says what would go, asks, and deletes. */
export async function* destroy(
  _records: AsyncIterable<AnyRecord>,
  flags: DestroyFlags,
  context: RunContext,
): AsyncGenerator<AnyRecord, number> {
  const { env, positionals } = context;
  const setup = await readSetupFile(positionals[0] ?? "mx.setup.yaml", flags.environment);
  const cloud = await openCloud(env, flags.timeoutS);
  await using _held = flags.dryRun ? null : await exclusive(setup.generated_file);
  const values = await openValues(setup, env);
  const masker = maskerOf(setup, values, env);
  try {
    return yield* work({ setup, flags, context, cloud, values, masker });
  } catch (error) {
    throw maskedError(error, masker);
  }
}

interface Work {
  setup: Setup;
  flags: DestroyFlags;
  context: RunContext;
  cloud: NamedObjects;
  values: Values;
  masker: Masker;
}

async function* work(o: Work): AsyncGenerator<AnyRecord, number> {
  const { setup, flags, context } = o;
  const { environment } = setup;
  const seen = await look(o);
  const strangers = strangersTo(setup, seen.contents);
  const steps = planDestroy(setup, seen.there, { volumes: flags.volumes, strangers });
  const planned = steps.map((step) => recordOf(step, environment));
  const isChange = steps.some(({ action }) => action === "delete");
  if (flags.dryRun) {
    for (const record of planned) yield { ...record, dry_run: true } satisfies Resource;
    return ExitCode.ok;
  }
  if (isChange && !flags.yes) {
    const text = `Type the environment's name, ${environment}, to delete:`;
    const isYes = (answer: string) => answer === environment;
    if (!(await confirm(planned, { text, isYes }, context))) {
      context.note("nothing was deleted");
      return ExitCode.incomplete;
    }
  }
  let hasFailed = false;
  for (const step of steps) {
    if (context.stop.aborted) break;
    const record = await deleteOne(step, o);
    hasFailed ||= record.action === "fail";
    yield record;
  }
  sayWhatIsLeft(strangers, setup, context);
  return hasFailed ? ExitCode.unavailable : ExitCode.ok;
}

/** What is there now. */
async function look({ cloud, setup }: Work): Promise<{ there: CloudState; contents: Content[] }> {
  try {
    const there = await readCloud(cloud, setup);
    const apps = there.isThere ? await cloud.apps(setup.environment) : [];
    return { there, contents: contentsOf(there, apps) };
  } catch (error) {
    throw modalError(error, "Modal cannot be asked");
  }
}

async function deleteOne(step: DestroyStep, o: Work): Promise<Resource> {
  const { cloud, setup, values } = o;
  const record = recordOf(step, setup.environment);
  const { kind, name, action, id } = step;
  if (action !== "delete" || id === null) return record;
  try {
    if (kind === "volume") await cloud.deleteVolume(id);
    else if (kind === "secret") {
      await cloud.deleteSecret(id);
      await values.record.forget(name);
    } else {
      // Looked at once more: with the environment goes whatever has come into it since.
      const left = (await look(o)).contents.map((content) => `${content.kind} ${content.name}`);
      if (left.length > 0)
        return { ...record, action: "keep", reason: `${left.join(", ")} is in it` };
      await cloud.deleteEnvironment(name);
    }
    return record;
  } catch (error) {
    if (failureKind(error) === "not_found")
      return { ...record, action: "skip", reason: "it is not there" };
    return { ...record, action: "fail", reason: o.masker.text(failureText(error)) };
  }
}

function sayWhatIsLeft(
  others: readonly string[],
  { environment, generated_file: path }: Setup,
  { note }: RunContext,
) {
  if (others.length > 0) note(`not touched in ${environment}: ${others.join(", ")}`);
  if (existsSync(path))
    note(`not touched: ${shownPath(path)}, with the values that were generated`);
}

function recordOf({ kind, name, action, reason }: DestroyStep, environment: string): Resource {
  return {
    type: "resource",
    version: 1,
    kind,
    name,
    ...(kind === "environment" ? {} : { environment }),
    action,
    ...(reason === undefined ? {} : { reason }),
  };
}
