import type { Endpoint } from "@mx/records";
import { baseUrl } from "../upstream/base-url.ts";
import { emptyConfig, type Config, type UpstreamConfig } from "./config.ts";
import { handleHeaders } from "./handle-headers.ts";
import { plainUpstream } from "./plain-upstream.ts";

export interface EndpointSource {
  env: NodeJS.ProcessEnv;
  note: (text: string) => void;
  /** The key, where it is not in the variable that the record names; null: look there. */
  key?: string | null;
}

/** The upstream that a ready endpoint is. What it wants and is not there is said. */
export function endpointUpstream(
  endpoint: Endpoint,
  { env, note, key: found = null }: EndpointSource,
): UpstreamConfig {
  const { name, base_url, models, api_key_env: variable } = endpoint;
  const named = variable === undefined ? undefined : env[variable]?.trim();
  const key = found ?? (named || null);
  if (variable !== undefined && key === null) note(`${name}: the variable ${variable} is not set`);
  const { headers, missing } = handleHeaders(endpoint, env);
  if (missing.length > 0)
    note(`${name} wants headers whose variables are not set: ${missing.join(", ")}`);
  return {
    ...plainUpstream(name, baseUrl(base_url), key),
    headers,
    models: models.length === 0 ? null : models,
  };
}

/** A configuration that has these upstreams and says no more, with what of them must be masked. */
export function endpointsConfig(upstreams: UpstreamConfig[]): Config {
  const secrets = upstreams.flatMap(({ key, headers }) => [
    ...(key === null ? [] : [key]),
    ...headers.map(([, value]) => value),
  ]);
  return { ...emptyConfig, upstreams, secrets };
}
