import { noUsage } from "@mx/records";
import type { Asked } from "../call/asked.ts";
import { listPriceApplies } from "../prices/list-price-applies.ts";
import { picoUsd } from "../prices/money.ts";
import type { PriceList } from "../prices/price-list.ts";
import type { Upstream } from "../upstream/upstream.ts";
import type { Amount } from "./budget.ts";

/** Output tokens that are reserved for a call that does not limit them. */
const usualOutput = 4096;
const bytesPerToken = 4;

/** What a call is expected to come to; `pico` null: the model's price is not known. */
export interface Estimate {
  tokens: number;
  pico: Amount["pico"] | null;
}

/**
 * The estimate for a call before it is made, from the size of its body and the longest reply that it asks for. Where
 * a model can be asked for upstream under several names, the dearest counts. One that is paid by the hour costs
 * what it costs in the end.
 */
export function estimate(
  prices: PriceList,
  upstream: Pick<Upstream, "modelsSent" | "paidByHour">,
  path: string,
  bytes: number,
  asked: Asked,
): Estimate {
  const input = Math.ceil(bytes / bytesPerToken);
  const output = expectedOutput(path, asked);
  const usage = { ...noUsage, input_tokens: input, output_tokens: output, cached_input_tokens: 0 };
  const tokens = input + output;
  const { model } = asked;
  if (model !== null && upstream.paidByHour?.(model) === true) return { tokens, pico: 0n };
  if (model === null || !listPriceApplies(asked.body)) return { tokens, pico: null };
  const own = prices.priceOf(model, usage);
  const sent = upstream.modelsSent(model).map((name) => prices.priceOf(name, usage));
  const known = sent.filter((usd) => usd !== null);
  // A price for the name that callers use is good for whatever stands behind it.
  if (own === null && (known.length === 0 || known.length < sent.length)) {
    return { tokens, pico: null };
  }
  return { tokens, pico: picoUsd(Math.max(own ?? 0, ...known)) };
}

/** Tokens that a call is expected to take, in and out. */
export function expectedTokens(path: string, bytes: number, asked: Asked): number {
  return Math.ceil(bytes / bytesPerToken) + expectedOutput(path, asked);
}

function expectedOutput(path: string, asked: Asked): number {
  return path.split("?", 1)[0]?.endsWith("/embeddings") ? 0 : longestReply(asked.body ?? {});
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
