import { failureKind, failureText } from "@mx/backends/modal";
import { NamedObjects } from "@mx/backends/modal";
import { MxError } from "@mx/cli";
import type { Resource } from "@mx/records";
import { versionConflict, type ObjectPlan, type Step } from "../plan/plan.ts";
import { putSecret, type PutContext } from "./put-secret.ts";
import { stepRecord } from "./step-record.ts";

/** What was done, as records, and what is owed after it. */
export interface Outcome {
  record: Resource;
  isOwed: boolean;
}

/**
 * Does what was planned, step by step. A step that fails is data, and the next one is tried; when Modal cannot be
 * reached any more, or does not let us in, the rest is left.
 */
export async function* applyPlan(
  steps: readonly Step[],
  context: PutContext,
  stop: AbortSignal,
): AsyncGenerator<Outcome> {
  let left: string | null = null;
  for (const step of steps) {
    if (stop.aborted) return;
    const { environment } = context;
    if (step.action === "keep" || step.action === "skip") {
      yield { record: stepRecord(step, environment), isOwed: step.isOwed };
      continue;
    }
    if (left !== null) {
      yield {
        record: stepRecord({ ...step, action: "skip", reason: left }, environment),
        isOwed: true,
      };
      continue;
    }
    try {
      yield await applyStep(step, context);
    } catch (error) {
      const kind = error instanceof MxError ? "refused" : failureKind(error);
      if (step.kind === "environment") left = "its environment is not there";
      else if (kind === "unavailable" || kind === "credentials")
        left = "Modal could not be reached before";
      const said = failureText(error);
      const reason =
        error instanceof MxError && error.hint !== undefined ? `${said}; ${error.hint}` : said;
      yield { record: { ...stepRecord(step, environment), action: "fail", reason }, isOwed: true };
    }
  }
}

async function applyStep(step: Step, context: PutContext): Promise<Outcome> {
  const { environment } = context;
  const done = { record: stepRecord(step, environment), isOwed: false };
  if (step.kind === "secret") {
    await putSecret(step, context);
    return done;
  }
  if (step.kind === "volume") {
    const version = await context.cloud.createVolume(environment, step.name, step.version);
    const isWrong = step.version !== 0 && version !== 0 && version !== step.version;
    if (!isWrong) return done;
    const reason = versionConflict(version, step.version);
    return { record: { ...done.record, action: "skip", reason }, isOwed: true };
  }
  return (await createEnvironment(step, context))
    ? done
    : { ...done, record: { ...done.record, action: "keep" } };
}

/** False where somebody else was quicker. */
async function createEnvironment({ name }: ObjectPlan, { cloud }: PutContext): Promise<boolean> {
  try {
    await cloud.createEnvironment(name);
    return true;
  } catch (error) {
    if (NamedObjects.isAlreadyThere(error)) return false;
    throw error;
  }
}
