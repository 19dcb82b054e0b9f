import type { Endpoint } from "@mx/records";
import { settingError } from "../config/setting-error.ts";
import { serverFolder } from "../servers/server-folder.ts";
import type { Route } from "./litellm-config.ts";

/** The models of a server that mx-serve has brought up, as routes of LiteLLM. Throws MxError 2 where there is none. */
export async function endpointRoutes(name: string, env: NodeJS.ProcessEnv): Promise<Route[]> {
  const none = (cause?: unknown) =>
    settingError(
      `there is no server ${JSON.stringify(name)}`,
      "`mx-serve list` shows the servers that are up",
      cause,
    );
  const endpoint = await serverFolder(env, name)
    .readEndpoint()
    .catch((error: unknown): Endpoint => {
      throw none(error);
    });
  if (endpoint === null) throw none();
  return endpoint.models.map((model) => ({
    name: model,
    model: `openai/${model}`,
    api_base: endpoint.base_url,
    ...(endpoint.api_key_env === undefined ? {} : { api_key_env: endpoint.api_key_env }),
  }));
}
