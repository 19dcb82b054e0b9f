import { usualBreaker, type BreakerSettings } from "../upstream/breaker.ts";
import { providers } from "../upstream/provider.ts";
import { addressOf } from "./address-of.ts";
import type { UpstreamConfig } from "./config.ts";
import type { Deployment } from "./litellm-config.ts";

/** The version of Azure's API that LiteLLM asks for where nobody says. */
const azureVersion = "2025-02-01-preview";

/** What LiteLLM takes the base URL from where an entry has none. */
const baseVariables: Record<string, string[]> = {
  openai: ["OPENAI_BASE_URL", "OPENAI_API_BASE"],
  anthropic: ["ANTHROPIC_API_BASE", "ANTHROPIC_BASE_URL"],
};

/** An entry of the model list as an upstream, and the model's name there. */
export interface ReadDeployment {
  upstream: UpstreamConfig;
  model: string;
}

/** LiteLLM's way to name a model: `provider/model`. Without a provider it is OpenAI's, or Anthropic's. */
function splitModel(given: string, custom?: string | null): [provider: string, model: string] {
  if (custom != null && custom !== "") return [custom, given.replace(`${custom}/`, "")];
  const slash = given.indexOf("/");
  if (slash !== -1) return [given.slice(0, slash), given.slice(slash + 1)];
  return [given.startsWith("claude") ? "anthropic" : "openai", given];
}

/** Reads an entry whose variables are filled in. A text: why it cannot be used. */
export function readDeployment(
  { model_name, litellm_params: params, model_info: info, rpm, tpm }: Deployment,
  env: NodeJS.ProcessEnv,
  breaker: BreakerSettings = usualBreaker,
  timeout: number | null = null,
): ReadDeployment | string {
  const [provider, model] = splitModel(params.model, params.custom_llm_provider);
  const known = providers[provider];
  if (known === undefined) return `${model_name}: mx-proxy does not know the provider ${provider}`;
  const given = params.api_base ?? params.base_url ?? baseOf(provider, env) ?? known.base;
  if (given === null) return `${model_name}: ${params.model} needs an api_base`;
  let base: URL;
  try {
    base = addressOf(provider, given);
  } catch (error) {
    return `${model_name}: ${(error as Error).message}`;
  }
  const headers = Object.entries(params.extra_headers ?? {}).map(
    ([name, value]) => [name.toLowerCase(), value] as const,
  );
  if (params.organization != null) headers.push(["openai-organization", params.organization]);
  const seconds = params.timeout ?? timeout;
  const upstream: UpstreamConfig = {
    name: info?.id ?? params.model,
    provider,
    base,
    // One that is named and not there is not made up for by another's.
    key: params.api_key === undefined ? env[known.keyEnv]?.trim() || null : params.api_key || null,
    headers,
    apiVersion:
      provider === "azure"
        ? (params.api_version ?? env["AZURE_API_VERSION"] ?? azureVersion)
        : null,
    direct: false,
    models: [],
    limits: {
      concurrency: params.max_parallel_requests ?? null,
      requestsPerMinute: params.rpm ?? rpm ?? null,
      tokensPerMinute: params.tpm ?? tpm ?? null,
    },
    breaker,
    usdPerHour: null,
    firstByteMs: seconds === null ? null : seconds * 1000,
  };
  return { upstream, model };
}

function baseOf(provider: string, env: NodeJS.ProcessEnv): string | null {
  const names = baseVariables[provider] ?? [`${provider.toUpperCase()}_API_BASE`];
  return names.map((name) => env[name]?.trim() ?? "").find((value) => value !== "") ?? null;
}
