import { ExitCode, MxError } from "@mx/cli";
import type { ModalConnection, SdkSecret } from "@mx/backends/modal";
import type { ServerPlan } from "../../server-plan.ts";
import type { PlaceContext } from "../place.ts";

/**
 * What a server's sandbox gets as secrets: those of Modal that its plan names, variables of ours that it needs, and its
 * key. Throws MxError 2 where a variable is neither set here nor can be in a secret.
 */
export async function sandboxSecrets(
  { sdk, environment }: ModalConnection,
  { record, infra, apiKeyEnv }: ServerPlan,
  { env, key }: Pick<PlaceContext, "env" | "key">,
): Promise<SdkSecret[]> {
  const where = environment === "" ? {} : { environment };
  const missing = record.secrets.filter((name) => !env[name]);
  if (missing.length > 0 && infra.modal_secrets.length === 0) {
    throw new MxError(`${record.name} needs ${missing.join(", ")}, which is not set`, {
      code: "secret_missing",
      exitCode: ExitCode.usage,
      hint: "set it here, or name a secret of Modal that has it with --infra.modal_secrets=NAME",
    });
  }
  const set = record.secrets.flatMap((name) => (env[name] ? [[name, env[name]] as const] : []));
  const ours = [...set, ...(apiKeyEnv && key ? [[apiKeyEnv, key.value] as const] : [])];
  const named = await Promise.all(
    infra.modal_secrets.map((name) => sdk.secrets.fromName(name, where)),
  );
  if (ours.length === 0) return named;
  return [...named, await sdk.secrets.fromObject(Object.fromEntries(ours))];
}
