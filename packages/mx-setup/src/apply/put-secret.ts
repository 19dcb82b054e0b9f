import { NamedObjects } from "@mx/backends/modal";
import { MxError, ExitCode } from "@mx/cli";
import type { SecretPlan } from "../plan/secret-plan.ts";
import type { GeneratedFile } from "../values/generated-file.ts";
import type { PutRecord } from "../values/put-record.ts";

/** What putting a secret takes. */
export interface PutContext {
  cloud: NamedObjects;
  environment: string;
  generated: GeneratedFile;
  record: PutRecord;
  /** Called with each value before it is sent. */
  onValue: (value: string) => void;
}

/**
 * Creates or updates a secret as planned. In this order, so that it can be killed anywhere: generated values on disk,
 * a note of what will be sent, the call, a note that it has arrived.
 */
export async function putSecret(plan: SecretPlan, context: PutContext): Promise<void> {
  const { cloud, generated, record } = context;
  const values = new Map<string, string>();
  for (const { key, variable, setting, change, value, rotate } of plan.keys) {
    if (change !== "add" && change !== "replace") continue;
    const { generate } = setting;
    const known = value ?? (generate && (await generated.ensure(variable, generate, rotate)));
    if (known === undefined) throw new Error(`${plan.name}.${key} was planned without a value`);
    context.onValue(known);
    values.set(key, known);
  }
  const { name, known } = plan;
  await record.sending(name, plan.id, values, known);
  let id = plan.id;
  if (id !== null) await cloud.updateSecret(id, values);
  else id = await createOnce(plan, values, context);
  await verify(id, plan, values, context);
  await record.sent(name, id, values, known);
}

/**
 * Never over one that is there. Where a reply was lost and the SDK has asked again, the secret that is in the way is
 * ours: it has just the keys that were sent.
 */
async function createOnce(
  { name }: SecretPlan,
  values: ReadonlyMap<string, string>,
  { cloud, environment, record }: PutContext,
): Promise<string> {
  try {
    return await cloud.createSecret(environment, name, values);
  } catch (error) {
    if (!NamedObjects.isAlreadyThere(error)) throw error;
    const live = (await cloud.secrets(environment)).find((secret) => secret.name === name);
    const keys = live?.keys ?? (await cloud.keysOf(environment, name, [...values.keys()]));
    if (live !== undefined && record.known(name, live.id, new Set(keys)).size > 0) return live.id;
    await record.forget(name);
    throw new MxError("somebody else has made it in the meantime", {
      code: "secret_exists",
      exitCode: ExitCode.unavailable,
      hint: "run mx-setup again: it keeps what is there",
      cause: error,
    });
  }
}

async function verify(
  id: string,
  { name }: SecretPlan,
  values: ReadonlyMap<string, string>,
  { cloud, environment }: PutContext,
): Promise<void> {
  const live = (await cloud.secrets(environment)).find((secret) => secret.name === name);
  const lacking = [...values.keys()].filter((key) => live?.keys?.includes(key) === false);
  if (live?.id === id && lacking.length === 0) return;
  const what = live?.id === id ? `it lacks ${lacking.join(", ")}` : "it is not there";
  throw new MxError(`Modal has taken it, and ${what}`, {
    code: "secret_not_kept",
    exitCode: ExitCode.unavailable,
    hint: "run mx-setup again",
  });
}
