import { expect, test } from "vitest";
import { openPrices } from "./open-prices.ts";
import { PriceList } from "./price-list.ts";
import table from "./price-table.json" with { type: "json" };
import { PriceTable, type Price } from "./price.ts";

const prices = await openPrices(undefined);
const usage = (input: number | null, output: number | null, cached: number | null = 0) => ({
  input_tokens: input,
  output_tokens: output,
  cached_input_tokens: cached,
  reasoning_tokens: null,
  calls: 1,
});

test("the table of the package is sound: dated, sourced, cached input cheaper, no model twice", () => {
  const seen = new Set<string>();
  for (const price of PriceTable.parse(table).prices) {
    expect(price.as_of).toBeDefined();
    expect(price.source).toMatch(/^https:/);
    expect(price.cached_input ?? 0).toBeLessThan(price.input);
    for (const model of price.models) {
      const name = `${model} ${price.max_input_tokens ?? ""}`;
      expect(seen.has(name), name).toBe(false);
      seen.add(name);
    }
  }
});

test.for<[string | null, ReturnType<typeof usage>, number | null]>([
  ["gpt-4o", usage(1_000_000, 0), 2.5],
  ["gpt-4o-mini", usage(1, 0), 0.000_000_15],
  ["gpt-4o-mini", usage(3, 1), 0.000_001_05],
  ["gpt-5-mini-2025-08-07", usage(1000, 500), 0.001_25],
  ["openai/gpt-5-mini", usage(1000, 500), 0.001_25],
  ["openrouter/openai/GPT-5-mini", usage(1000, 500), 0.001_25],
  ["azure/gpt-5-mini", usage(1000, 500), null],
  ["gpt-4o-2024-08-06", usage(1_000_000, 0), 2.5],
  ["gpt-4o-2024-05-13", usage(1_000_000, 0), 5],
  ["gpt-4o-audio-preview", usage(1, 1), null],
  ["claude-sonnet-4-5-20250929", usage(1000, 1000), 0.018],
  ["anthropic/claude-sonnet-4.5", usage(1000, 1000), 0.018],
  ["claude-sonnet-4-5", usage(200_001, 0), 1.200_006],
  ["gpt-4.1", usage(10_000, 0, 8000), 0.008],
  ["gpt-4.1", usage(10_000, 0, null), null],
  ["gpt-4.1", usage(1000, 0, null), 0.002],
  ["gpt-4.1", usage(10, 0, 11), null],
  ["gpt-4.1", usage(null, 1), null],
  ["gpt-4.1", usage(1, null), null],
  ["text-embedding-3-small", usage(1_000_000, 0, null), 0.02],
  ["gpt-4o-2024-05-13", usage(2000, 0, 1000), null],
  ["my-model", usage(1, 1), null],
  [null, usage(1, 1), null],
])("%s costs, for %j: %s", ([model, used, usd]) => {
  expect(prices.priceOf(model, used)).toBe(usd);
});

test("what is written to a cache has prices of its own", () => {
  const writes = { short: 1000, hour: 100 };
  expect(prices.priceOf("claude-haiku-4-5", usage(2000, 0, 500), writes)).toBe(0.001_9);
  expect(prices.priceOf("gpt-4o", usage(2000, 0, 0), writes)).toBe(null);
});

test("an own table comes first, and its names may have a star", () => {
  const own: Price[] = [
    { models: ["gpt-4o"], input: 1, output: 1 },
    { models: ["acme/*"], input: 0, output: 0 },
  ];
  const list = new PriceList(own, table.prices);
  expect(list.priceOf("gpt-4o", usage(1_000_000, 0, null))).toBe(1);
  expect(list.priceOf("gpt-4o-mini", usage(1_000_000, 0))).toBe(0.15);
  expect(list.priceOf("acme/big.one", usage(5, 5, null))).toBe(0);
  expect(list.priceOf("acmex", usage(5, 5))).toBe(null);
});
