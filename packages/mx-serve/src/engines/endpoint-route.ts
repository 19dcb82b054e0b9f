import { Endpoint } from "@mx/records/endpoint";
import { mxHome } from "@mx/store/mx-home";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { settingError } from "../config/setting-error.ts";
import type { Route } from "./litellm-config.ts";

/** The models of a server that mx-serve has brought up, as routes of LiteLLM. Throws MxError 2 where there is none. */
export async function endpointRoutes(name: string, env: NodeJS.ProcessEnv): Promise<Route[]> {
  const path = join(mxHome(env), "servers", name, "endpoint.json");
  const endpoint = await readEndpoint(path, name);
  return endpoint.models.map((model) => ({
    name: model,
    model: `openai/${model}`,
    api_base: endpoint.base_url,
    ...(endpoint.api_key_env === undefined ? {} : { api_key_env: endpoint.api_key_env }),
  }));
}

async function readEndpoint(path: string, name: string): Promise<Endpoint> {
  try {
    return Endpoint.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (error) {
    const hint = "`mx-serve list` shows the servers that are up";
    throw settingError(`there is no server ${JSON.stringify(name)}`, hint, error);
  }
}
