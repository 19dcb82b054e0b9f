import { ExitCode, MxError } from "@mx/cli";
import {
  keyPath,
  keyVariable,
  serverKey,
  storedKey,
  type ServerKey,
} from "../../servers/server-key.ts";
import type { ServerPlan } from "../../server-plan.ts";
import type { PlaceContext } from "../place.ts";

/**
 * The key that a deployed server asks of its callers; null: it takes none. One that is deployed already has its key in a
 * secret of Modal, which tells no values: it is the one that is kept here, or the one that the environment has. Throws
 * MxError 2 where neither is there.
 */
export async function deployKey(
  plan: ServerPlan,
  { env, folder }: Pick<PlaceContext, "env" | "folder">,
  isDeployed: boolean,
): Promise<ServerKey | null> {
  const { apiKeyEnv } = plan;
  if (!apiKeyEnv) return null;
  const stored = await storedKey(folder);
  if (!isDeployed || (stored === null && env[apiKeyEnv])) return serverKey(folder, plan, env);
  if (stored === null) {
    throw new MxError(`${folder.name} was deployed elsewhere, with a key that is not here`, {
      code: "modal_key_elsewhere",
      exitCode: ExitCode.usage,
      hint: `set ${apiKeyEnv} to its key, or stop it and deploy it from here`,
    });
  }
  const known = await folder.readEndpoint();
  const variable = known?.api_key_env ?? keyVariable(folder.name);
  return { value: stored, variable, file: keyPath(folder) };
}
