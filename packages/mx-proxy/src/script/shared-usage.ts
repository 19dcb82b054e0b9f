import type { Completion } from "./completion.ts";

/** A usage taken apart, for APIs that have other names for it. Counts of parts that are not said are 0. */
export function sharedUsage({ usage }: Completion): {
  prompt: number;
  completion: number;
  cached: number;
  reasoning: number;
  /** What the script says besides, as it is. */
  rest: Record<string, unknown>;
} {
  const {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: _total,
    prompt_tokens_details: asked,
    completion_tokens_details: answered,
    ...rest
  } = usage;
  return {
    prompt: numberOf(prompt),
    completion: numberOf(completion),
    cached: numberOf((asked as { cached_tokens?: unknown } | undefined)?.cached_tokens),
    reasoning: numberOf((answered as { reasoning_tokens?: unknown } | undefined)?.reasoning_tokens),
    rest,
  };
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}
