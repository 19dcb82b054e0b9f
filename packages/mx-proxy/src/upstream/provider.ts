import { googleCall, googlePath } from "../call/google-call.ts";
import { header } from "../call/headers.ts";
import { upstreamPath } from "./base-url.ts";

/** APIs that differ in where calls go and how the key is sent; the others are like OpenAI's. */
export interface Provider {
  /** Where it is when nobody says; null: there is no such place. */
  base: string | null;
  /** NAME of the variable that its key is in when nobody says. */
  keyEnv: string;
}

/** By the names that LiteLLM has for them. */
export const providers: Record<string, Provider> = {
  openai: { base: "https://api.openai.com/v1", keyEnv: "OPENAI_API_KEY" },
  azure: { base: null, keyEnv: "AZURE_API_KEY" },
  groq: { base: "https://api.groq.com/openai/v1", keyEnv: "GROQ_API_KEY" },
  openrouter: { base: "https://openrouter.ai/api/v1", keyEnv: "OPENROUTER_API_KEY" },
  hosted_vllm: { base: null, keyEnv: "HOSTED_VLLM_API_KEY" },
  anthropic: { base: "https://api.anthropic.com/v1", keyEnv: "ANTHROPIC_API_KEY" },
  mistral: { base: "https://api.mistral.ai/v1", keyEnv: "MISTRAL_API_KEY" },
  xai: { base: "https://api.x.ai/v1", keyEnv: "XAI_API_KEY" },
  litellm_proxy: { base: null, keyEnv: "LITELLM_PROXY_API_KEY" },
};

/** Where an API is and how it is spoken to. */
export interface Address {
  provider: string;
  /** Base URL, without a slash at its end; of Azure, the resource. */
  base: URL;
  /** Azure's `api-version`; null: it is not Azure. */
  apiVersion: string | null;
  /** Null: calls carry none. */
  key: string | null;
  /** Further headers, names in lower case, which go before those of the client. */
  headers: readonly (readonly [name: string, value: string])[];
}

/** Paths that Azure has below a deployment; others are of the resource. */
const ofDeployment = /^\/v1\/(chat\/completions|completions|embeddings|audio\/|images\/)/;
/** Versions of Azure's API that is like OpenAI's. */
const azureLikeOpenai = new Set(["v1", "latest", "preview"]);

/** The path and query at the upstream, for one that was asked here (`/v1` and below) and the model's name there. */
export function providerPath(address: Address, path: string, model: string | null): string {
  const { base, apiVersion } = address;
  if (address.provider !== "azure") return upstreamPath(base, googlePath(path, model));
  const [own = "", query] = path.split("?", 2);
  const rest = own.slice("/v1".length);
  const root = base.pathname.replace(/\/+$/, "");
  let at = `${root}/openai${rest}`;
  if (/\/openai\/(deployments\/[^/]+|v1)$/.test(root)) at = root + rest;
  else if (azureLikeOpenai.has(apiVersion ?? "")) at = `${root}/openai/v1${rest}`;
  else if (model !== null && ofDeployment.test(own))
    at = `${root}/openai/deployments/${encodeURIComponent(model.toWellFormed())}${rest}`;
  const version =
    apiVersion === null || apiVersion === "v1" || apiVersion === "latest"
      ? []
      : [`api-version=${encodeURIComponent(apiVersion)}`];
  const queries = [...(query === undefined ? [] : [query]), ...version];
  return queries.length === 0 ? at : `${at}?${queries.join("&")}`;
}

/** The headers of a call as this API wants them: those of the client, the configured ones, and the key. */
export function providerHeaders(address: Address, path: string, sent: string[]): string[] {
  const { provider, key, headers } = address;
  const added: (readonly [name: string, value: string])[] = [];
  if (provider === "anthropic") {
    if (header(sent, "anthropic-version") === undefined)
      added.push(["anthropic-version", "2023-06-01"]);
    if (key !== null) added.push(["x-api-key", key]);
    // Its imitation of OpenAI's API wants the key in OpenAI's place.
    if (key !== null && !path.startsWith("/v1/messages"))
      added.push(["authorization", `Bearer ${key}`]);
  } else if (key !== null && googleCall(path.split("?", 1)[0] ?? "") !== null) {
    added.push(["x-goog-api-key", key]);
  } else if (key !== null) {
    added.push(provider === "azure" ? ["api-key", key] : ["authorization", `Bearer ${key}`]);
  }
  return headers.length === 0
    ? [...sent, ...added.flat()]
    : withHeaders(sent, [...added, ...headers]);
}

/** Of headers that are added under one name the last goes: one with the key twice, or with two keys, is none. */
function withHeaders(sent: string[], added: readonly (readonly [string, string])[]): string[] {
  const replaced = new Map(added);
  const kept: string[] = [];
  for (let at = 0; at + 1 < sent.length; at += 2) {
    if (!replaced.has((sent[at] ?? "").toLowerCase()))
      kept.push(sent[at] ?? "", sent[at + 1] ?? "");
  }
  return [...kept, ...[...replaced].flat()];
}
