import type { Sampling } from "../config/sampling.ts";
import { settingError } from "../config/setting-error.ts";

/** Throws MxError 2 where the reply that callers are to ask for leaves no room for a prompt: each call would fail. */
export function checkContext({ max_tokens: reply }: Sampling, context: number | null): void {
  if (reply === undefined || context === null || reply < context) return;
  throw settingError(
    `sampling.max_tokens is ${reply}, and the longest context ${context} tokens: no prompt has room`,
    "a longer context, or --sampling.max_tokens with less",
  );
}
