import { usualBreaker } from "../upstream/breaker.ts";
import { noLimits } from "../upstream/gate.ts";
import type { UpstreamConfig } from "./config.ts";

/** An OpenAI-compatible upstream of which no more is said than where it is. */
export function plainUpstream(name: string, base: URL, key: string | null): UpstreamConfig {
  return {
    name,
    provider: "openai",
    base,
    key,
    headers: [],
    apiVersion: null,
    direct: true,
    models: null,
    limits: noLimits,
    breaker: usualBreaker,
    usdPerHour: null,
    firstByteMs: null,
  };
}
