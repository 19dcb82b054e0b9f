import type { Usage } from "@mx/records";
import { countOf, listOf, numberOf, objectOf, type JsonObject } from "../json-value.ts";

/**
 * Tokens and price over the calls of a trace. `prompt_tokens` of verifiers leaves out what came from the cache
 * (`Usage` of verifiers/v1/types.py). A part that one call leaves out is unknown, but for the cache, which providers
 * do not mention where they read nothing from it.
 */
export function v1Usage(trace: JsonObject): { usage: Partial<Usage>; costUsd: number | null } {
  const calls = listOf(trace["calls"])
    .map((call) => objectOf(call) ?? {})
    .filter((call) => objectOf(call["error"]) === null);
  if (calls.length === 0) return { usage: {}, costUsd: null };
  const usages = calls.map((call) => objectOf(call["usage"]) ?? {});
  const cached = sum(usages, (usage) => countOf(usage["cached_input_tokens"]) ?? 0);
  const prompt = sum(usages, (usage) => countOf(usage["prompt_tokens"]));
  const isCacheKnown = usages.some((usage) => countOf(usage["cached_input_tokens"]) !== null);
  return {
    usage: {
      input_tokens: prompt === null ? null : prompt + (cached ?? 0),
      output_tokens: sum(usages, (usage) => countOf(usage["completion_tokens"])),
      cached_input_tokens: isCacheKnown ? cached : null,
      reasoning_tokens: sum(usages, (usage) => countOf(usage["reasoning_tokens"])),
      calls: calls.length,
    },
    costUsd: sum(usages, (usage) => numberOf(usage["cost"])),
  };
}

function sum(usages: JsonObject[], part: (usage: JsonObject) => number | null): number | null {
  let total = 0;
  for (const usage of usages) {
    const value = part(usage);
    if (value === null) return null;
    total += value;
  }
  return total;
}
