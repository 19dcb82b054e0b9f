import type { Request, Usage } from "@mx/records";
import type { Asked } from "../call/asked.ts";
import { isObject } from "../is-object.ts";
import type { ReplyReader } from "../reply/reply-reader.ts";
import { listPriceApplies } from "./list-price-applies.ts";
import type { PriceList } from "./price-list.ts";
import { reportedCost } from "./reported-cost.ts";
import type { CacheWrites } from "./token-cost.ts";

type Json = Record<string, unknown>;

/**
 * USD that a call has cost: what its reply says, else by the list, for the model served, or else `sent` (the model
 * that the upstream was asked for, where that is another), or else asked; null: unknown.
 */
export function callCost(
  prices: PriceList,
  asked: Asked,
  sent: string | null,
  { state, usage }: { state: Request["state"]; usage: Usage },
  reader: ReplyReader | null,
): number | null {
  if (usage.calls === 0) return 0;
  const said = reader?.facts.reportedUsage ?? null;
  const reported = reportedCost(said, reader?.costHeader ?? null);
  if (reported !== null) return reported;
  // A stream that was cut may have told its usage so far, which is not all of it.
  if (reader === null || (reader.streamed && state !== "ok")) return null;
  if (!listPriceApplies(asked.body) || hasUncounted(said, usage)) return null;
  const names = [reader.facts.model, sent];
  const model = names.find((name) => name !== null && prices.knows(name)) ?? asked.model;
  return prices.priceOf(model, usage, cacheWrites(said));
}

/** True where the total holds tokens that are neither input nor output, as with some servers that reason. */
function hasUncounted(said: Json | null, usage: Usage): boolean {
  const total = said?.["total_tokens"];
  return (
    typeof total === "number" && total > (usage.input_tokens ?? 0) + (usage.output_tokens ?? 0)
  );
}

/** Tokens written to a cache, which Anthropic's messages report. */
function cacheWrites(said: Json | null): CacheWrites {
  const all = count(said?.["cache_creation_input_tokens"]);
  const parts = said?.["cache_creation"];
  const hour = isObject(parts) ? Math.min(all, count(parts["ephemeral_1h_input_tokens"])) : 0;
  return { short: all - hour, hour };
}

function count(value: unknown): number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : 0;
}
