import { addUsage, noUsage, type Usage } from "@mx/records";
import { countOf, numberOf, type JsonObject } from "../json-value.ts";
import { objectOrEmpty } from "../slice-document.ts";

/** Tokens and price of a sample. */
export interface SampleUsage {
  usage: Usage;
  costUsd: number | null;
}

/** The sum of a sample's `model_usage` over its models, those of graders included; `calls` as counted elsewhere. */
export function sampleUsage(fields: JsonObject, calls: number): SampleUsage {
  const models = Object.values(objectOrEmpty(fields["model_usage"])).map(objectOrEmpty);
  const usage = models.map(modelUsage).reduce(addUsage, noUsage);
  const costs = models.map((model) => numberOf(model["total_cost"]));
  const known = costs.filter((cost) => cost !== null);
  const costUsd =
    known.length > 0 && known.length === costs.length
      ? known.reduce((sum, cost) => sum + cost, 0)
      : null;
  return { usage: { ...usage, calls: Math.max(calls, 0) }, costUsd };
}

/**
 * `ModelUsage` of model/_model_output.py. Its `input_tokens` leave out what was read from the cache and written to it,
 * and those of a record do not.
 */
export function modelUsage(model: JsonObject): Usage {
  const input = countOf(model["input_tokens"]);
  const cached = countOf(model["input_tokens_cache_read"]);
  const written = countOf(model["input_tokens_cache_write"]);
  const all = input === null ? null : countOf(input + (cached ?? 0) + (written ?? 0));
  return {
    input_tokens: all,
    output_tokens: countOf(model["output_tokens"]),
    cached_input_tokens: cached,
    reasoning_tokens: countOf(model["reasoning_tokens"]),
    calls: 1,
  };
}
