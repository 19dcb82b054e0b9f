import type { Usage } from "@mx/records";

/** Tokens of one call, as the server counted them. */
export function replyUsage(reported: unknown): Usage {
  const usage = fields(reported);
  return {
    input_tokens: count(usage["prompt_tokens"]),
    output_tokens: count(usage["completion_tokens"]),
    cached_input_tokens: count(fields(usage["prompt_tokens_details"])["cached_tokens"]),
    reasoning_tokens: count(fields(usage["completion_tokens_details"])["reasoning_tokens"]),
    calls: 1,
  };
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function count(value: unknown): number | null {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : null;
}
