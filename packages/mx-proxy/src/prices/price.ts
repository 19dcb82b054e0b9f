import * as z from "zod";

const perMillion = (what: string) =>
  z
    .number()
    .nonnegative()
    .max(1_000_000)
    .refine((usd) => Math.abs(usd * 1e6 - Math.round(usd * 1e6)) < 1e-3, "more than 6 decimals")
    .describe(`USD per million ${what}`);

/** What the tokens of some models cost. */
export const Price = z.strictObject({
  models: z
    .array(z.string().min(1))
    .min(1)
    .describe(
      "model names; dated ones (NAME-2025-01-31, NAME-latest) belong to NAME; * is any text",
    ),
  providers: z
    .array(z.string().min(1))
    .optional()
    .describe("prefixes that names may have: PROVIDER/NAME, openrouter/PROVIDER/NAME"),
  input: perMillion("input tokens"),
  cached_input: perMillion("input tokens read from a cache").optional(),
  cache_write: perMillion("input tokens written to a cache").optional(),
  cache_write_1h: perMillion("input tokens written to a cache for an hour").optional(),
  output: perMillion("output tokens, reasoning included"),
  caches_from_tokens: z
    .int()
    .positive()
    .optional()
    .describe(
      "the API caches by itself from so many input tokens on: longer calls that report no cached tokens have no known price",
    ),
  max_input_tokens: z
    .int()
    .positive()
    .optional()
    .describe("good for calls with at most so much input; a further entry can price longer ones"),
  source: z.string().optional().describe("where the price is published"),
  as_of: z.iso.date().optional().describe("when it was in force"),
});
export type Price = z.infer<typeof Price>;

/** A file of prices. */
export const PriceTable = z.strictObject({ prices: z.array(Price) });
export type PriceTable = z.infer<typeof PriceTable>;
