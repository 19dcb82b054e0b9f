import type { Usage } from "./usage.ts";

/** The `usage` of one reply to an OpenAI chat completion. What is missing, or is no count, is null. */
export function chatUsage(usage: unknown): Usage {
  const at = (...path: string[]): number | null => {
    let value = usage;
    for (const name of path) {
      value =
        typeof value === "object" && value !== null
          ? (value as Record<string, unknown>)[name]
          : null;
    }
    return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : null;
  };
  return {
    input_tokens: at("prompt_tokens"),
    output_tokens: at("completion_tokens"),
    cached_input_tokens: at("prompt_tokens_details", "cached_tokens"),
    reasoning_tokens: at("completion_tokens_details", "reasoning_tokens"),
    calls: 1,
  };
}
