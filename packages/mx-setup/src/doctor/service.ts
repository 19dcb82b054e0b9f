import type { Setup } from "../file/read-setup-file.ts";
import type { Values } from "../values/open-values.ts";
import type { DoctorFlags } from "./flags.ts";

/** A service to call. */
export interface Service {
  name: string;
  /** Base URL of an OpenAI-compatible API; null: it is none. */
  url: string | null;
  models: readonly string[];
  health: string | null;
  /** NAME of the variable with the key; null: none is sent. */
  keyName: string | null;
  key: string | null;
}

/** The services of the file, and those of the command line. */
export function servicesOf(
  { endpoint, apiKeyEnv }: DoctorFlags,
  setup: Setup | null,
  values: Values | null,
  env: NodeJS.ProcessEnv,
): Service[] {
  const find = (name: string | undefined) =>
    name === undefined
      ? null
      : (values?.sources.find(name, { generate: anyGenerated })?.value ?? env[name] ?? null);
  const named = Object.entries(setup?.services ?? {}).map(([name, service]) => ({
    name,
    url: service.url ?? null,
    models: service.models,
    health: service.health ?? null,
    keyName: service.api_key_env ?? null,
    key: find(service.api_key_env),
  }));
  const given = endpoint.map((text) => ({
    name: text.slice(0, text.indexOf("=")),
    url: text.slice(text.indexOf("=") + 1),
    models: [],
    health: null,
    keyName: apiKeyEnv ?? null,
    key: find(apiKeyEnv),
  }));
  return [...named, ...given];
}

/** Has what was generated looked at too. */
const anyGenerated = { prefix: "", length: 64, alphabet: "hex" } as const;
