import type { Usage } from "@mx/records";
import { isObject } from "../is-object.ts";

type Json = Record<string, unknown>;

/**
 * The `usage` of a reply as mx counts it, for one call. Understands chat completions, completions,
 * embeddings, responses, Anthropic messages and Google's generateContent. What the reply does not say is null.
 */
export function replyUsage(usage: Json): Usage {
  if ("promptTokenCount" in usage || "totalTokenCount" in usage) return googleUsage(usage);
  const anthropicRead = count(usage["cache_read_input_tokens"]);
  const anthropicWritten = count(usage["cache_creation_input_tokens"]);
  const prompt = count(usage["prompt_tokens"]);
  const fresh = count(usage["input_tokens"]);
  // Anthropic counts what was cached apart from the input; here the input holds all of it, as LiteLLM's prompt tokens do.
  const input =
    prompt ?? (fresh === null ? null : fresh + (anthropicRead ?? 0) + (anthropicWritten ?? 0));
  const total = count(usage["total_tokens"]);
  const output = count(usage["completion_tokens"]) ?? count(usage["output_tokens"]);
  return {
    input_tokens: input,
    // Embeddings report the input and a total only.
    output_tokens:
      output ?? (input !== null && total !== null && total >= input ? total - input : null),
    cached_input_tokens:
      detail(usage, "prompt_tokens_details", "cached_tokens") ??
      detail(usage, "input_tokens_details", "cached_tokens") ??
      anthropicRead,
    reasoning_tokens:
      detail(usage, "completion_tokens_details", "reasoning_tokens") ??
      detail(usage, "output_tokens_details", "reasoning_tokens"),
    calls: 1,
  };
}

/** Google counts what was thought apart from what was said; what was cached, and what tools sent, is part of the prompt. */
function googleUsage(usage: Json): Usage {
  const said = count(usage["candidatesTokenCount"]);
  const thought = count(usage["thoughtsTokenCount"]);
  const prompt = count(usage["promptTokenCount"]);
  const fromTools = count(usage["toolUsePromptTokenCount"]) ?? 0;
  return {
    input_tokens: prompt === null ? null : prompt + fromTools,
    output_tokens: said === null && thought === null ? null : (said ?? 0) + (thought ?? 0),
    cached_input_tokens: count(usage["cachedContentTokenCount"]),
    reasoning_tokens: thought,
    calls: 1,
  };
}

function count(value: unknown): number | null {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

function detail(usage: Json, part: string, name: string): number | null {
  const details = usage[part];
  return isObject(details) ? count(details[name]) : null;
}
