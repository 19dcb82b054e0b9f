import type { Endpoint } from "@mx/records";
import { join } from "node:path";
import { localHandle } from "../places/local/local-handle.ts";

export interface ChildEnvironmentOptions {
  endpoint: Endpoint;
  /** The key that callers must send; null: none. */
  key: string | null;
  /** The model that was asked for; null: the first that the server lists. */
  model: string | null;
  /** What the names of the variables begin with: `OPENAI`, or what `--as` says. */
  prefix: string;
  /** The folder of the server. */
  folder: string;
}

/** For clients that want a key where the server asks for none: what vLLM's manual writes. */
const noKey = "EMPTY";
/** Flags of `mx-serve up` that come as variables are not for one that the command may start. */
const own = /^MX_SERVE_UP_/;

/** The environment of a command that uses a server: where it is, its key, and the model's name. */
export function childEnvironment(
  env: NodeJS.ProcessEnv,
  options: ChildEnvironmentOptions,
): NodeJS.ProcessEnv {
  const { endpoint, key } = options;
  const kept = Object.entries(env).filter(([name]) => !own.test(name));
  const variable = endpoint.api_key_env;
  return {
    ...Object.fromEntries(kept),
    // Whoever reads the endpoint record finds the key under the name that it says.
    ...(variable === undefined || key === null ? {} : { [variable]: key }),
    ...(endpoint.base_url.startsWith("postgresql:")
      ? databaseVariables(options)
      : modelVariables(options)),
  };
}

/** LiteLLM and programs that are older than OPENAI_BASE_URL read OPENAI_API_BASE. */
function modelVariables({ endpoint, key, model, prefix }: ChildEnvironmentOptions) {
  const name = model ?? endpoint.models[0];
  return {
    [`${prefix}_BASE_URL`]: endpoint.base_url,
    [`${prefix}_API_BASE`]: endpoint.base_url,
    [`${prefix}_API_KEY`]: key ?? noKey,
    ...(name === undefined ? {} : { [`${prefix}_MODEL`]: name }),
    ...(name === undefined || prefix !== "OPENAI" ? {} : { EVAL_MODEL: name }),
  };
}

/** What libpq reads, and the one URL that others want. */
function databaseVariables({ endpoint, key, prefix, folder }: ChildEnvironmentOptions) {
  const url = new URL(endpoint.base_url);
  const variables: Record<string, string> = {
    PGHOST: url.hostname,
    PGPORT: url.port,
    PGUSER: decodeURIComponent(url.username),
    PGDATABASE: decodeURIComponent(url.pathname.slice(1)),
  };
  if (localHandle(endpoint) !== null) variables["PGPASSFILE"] = join(folder, "pgpass");
  else if (key !== null) variables["PGPASSWORD"] = key;
  if (key !== null) url.password = key;
  return { ...variables, [prefix === "OPENAI" ? "DATABASE_URL" : `${prefix}_URL`]: url.href };
}
