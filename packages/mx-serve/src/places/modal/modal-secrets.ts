import { ExitCode, MxError } from "@mx/cli";
import { NamedObjects } from "@mx/backends/modal";
import { keySecret } from "../../modal/class-arguments.ts";
import type { ServerKey } from "../../servers/server-key.ts";
import type { ServerPlan } from "../../server-plan.ts";

/**
 * Throws MxError 2 where the secrets that a plan names are not at Modal, or have not all the variables that it needs: a
 * container would only say so when somebody waits for it.
 */
export async function checkSecrets(
  named: NamedObjects,
  environment: string,
  { record, infra }: ServerPlan,
): Promise<void> {
  if (infra.modal_secrets.length === 0) return;
  const all = await named.secrets(environment);
  const found = new Set<string>();
  for (const name of infra.modal_secrets) {
    const secret = all.find((one) => one.name === name);
    if (secret === undefined) throw missing(`Modal has no secret ${name}`);
    const keys = secret.keys ?? (await named.keysOf(environment, name, record.secrets));
    for (const key of keys) found.add(key);
  }
  const lacking = record.secrets.filter((name) => !found.has(name));
  if (lacking.length > 0) {
    throw missing(`${infra.modal_secrets.join(", ")}: without ${lacking.join(", ")}`);
  }
}

/** Puts the key that a server asks of its callers into a secret of its own, under the variable that its engine reads. */
export async function putKey(
  named: NamedObjects,
  environment: string,
  plan: ServerPlan,
  key: ServerKey | null,
): Promise<void> {
  if (key === null || !plan.apiKeyEnv) return;
  const name = keySecret(plan.record.name);
  const values = new Map([[plan.apiKeyEnv, key.value]]);
  try {
    await named.createSecret(environment, name, values);
  } catch (error) {
    if (!NamedObjects.isAlreadyThere(error)) throw error;
    const secret = (await named.secrets(environment)).find((one) => one.name === name);
    if (secret === undefined) throw error;
    await named.updateSecret(secret.id, values);
  }
}

function missing(what: string): MxError {
  return new MxError(what, {
    code: "modal_secret_missing",
    exitCode: ExitCode.usage,
    hint: "mx-setup makes secrets; --infra.modal_secrets names those of a server",
  });
}
