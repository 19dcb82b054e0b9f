/** Tokens of one reply; what is not known is not there. */
export interface NativeUsage {
  prompt_tokens?: number | undefined;
  completion_tokens?: number | undefined;
  prompt_tokens_details?: { cached_tokens: number } | undefined;
}

/** The tokens of a reply; `cached`: those of the prompt that came from a cache. */
export function nativeUsage(
  prompt: number | undefined,
  completion: number | undefined,
  cached: number | undefined,
): NativeUsage {
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    ...(cached !== undefined && { prompt_tokens_details: { cached_tokens: cached } }),
  };
}
