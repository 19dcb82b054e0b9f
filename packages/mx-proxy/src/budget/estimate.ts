import { noUsage } from "@mx/records";
import type { Asked } from "../call/asked.ts";
import { listPriceApplies } from "../prices/list-price-applies.ts";
import { picoUsd } from "../prices/money.ts";
import type { PriceList } from "../prices/price-list.ts";
import type { Amount } from "./budget.ts";

/** Output tokens that are reserved for a call that does not limit them. */
const usualOutput = 4096;
const bytesPerToken = 4;

/** What a call is expected to come to; `pico` null: the model's price is not known. */
export interface Estimate {
  tokens: number;
  pico: Amount["pico"] | null;
}

/** The estimate for a call before it is made, from the size of its body and the longest reply that it asks for. */
export function estimate(prices: PriceList, path: string, bytes: number, asked: Asked): Estimate {
  const input = Math.ceil(bytes / bytesPerToken);
  const output = path.endsWith("/embeddings") ? 0 : longestReply(asked.body ?? {});
  const usage = { ...noUsage, input_tokens: input, output_tokens: output, cached_input_tokens: 0 };
  const usd = listPriceApplies(asked.body) ? prices.priceOf(asked.model, usage) : null;
  return { tokens: input + output, pico: usd === null ? null : picoUsd(usd) };
}

function longestReply(body: Record<string, unknown>): number {
  const asked =
    count(body["max_completion_tokens"]) ??
    count(body["max_tokens"]) ??
    count(body["max_output_tokens"]);
  return (asked ?? usualOutput) * (count(body["n"]) ?? 1);
}

/** A count that is no nonsense; a model refuses what is. */
function count(value: unknown): number | null {
  return Number.isSafeInteger(value) && Number(value) > 0 && Number(value) <= 1e9
    ? Number(value)
    : null;
}
