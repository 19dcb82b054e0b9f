import * as z from "zod";

const seconds = (initial: number, what: string) =>
  z.number().positive().max(2_000_000).default(initial).describe(`limit in seconds for ${what}`);

const usd = (whose: string) =>
  z
    .number()
    .positive()
    .max(4000)
    .optional()
    .describe(`USD that calls may cost in ${whose}; a further call is refused with 402`);
const tokens = (whose: string) =>
  z
    .int()
    .positive()
    .optional()
    .describe(
      `tokens, in and out, that calls may use in ${whose}; a further call is refused with 402`,
    );

export const flags = z.object({
  script: z
    .string()
    .min(1)
    .optional()
    .describe("answer from this NDJSON script (a scripted model)"),
  upstream: z
    .string()
    .min(1)
    .optional()
    .describe(
      "base URL of the API to pass calls on to; a bare origin gets /v1 (default: $OPENAI_BASE_URL)",
    ),
  upstreamKeyEnv: z
    .string()
    .min(1)
    .default("OPENAI_API_KEY")
    .describe("NAME of the environment variable that holds the upstream's key"),
  port: z.int().min(0).max(65535).default(0).describe("TCP port on 127.0.0.1; 0: a free one"),
  tcp: z
    .boolean()
    .default(true)
    .describe("listen on a TCP port; --no-tcp: on the unix socket only"),
  socket: z
    .string()
    .min(1)
    .optional()
    .describe("path of the unix socket (default: one in a temporary folder of its own)"),
  ledger: z
    .string()
    .min(1)
    .optional()
    .describe("append the request records to this file (default: stdout; with a command: nowhere)"),
  includeUsage: z
    .boolean()
    .default(true)
    .describe("ask for the usage of streams; clients that did not ask do not see it"),
  connectTimeout: seconds(10, "connecting to the upstream"),
  firstByteTimeout: seconds(1800, "the upstream's first byte"),
  idleTimeout: seconds(600, "silence in the middle of a reply"),
  coldStartTimeout: z
    .number()
    .min(0)
    .max(2_000_000)
    .default(0)
    .describe("limit in seconds for an upstream that is not there yet to wake up; 0: do not wait"),
  retries: z
    .int()
    .min(0)
    .max(1000)
    .default(2)
    .describe("further tries of a call that is turned away or gets no answer"),
  retryBudget: z
    .number()
    .min(0)
    .max(2_000_000)
    .default(60)
    .describe("limit in seconds for all pauses between the tries of a call"),
  prices: z.string().min(1).optional().describe("JSON file of prices, before those of the package"),
  budgetUsd: usd("this proxy's whole life"),
  budgetTokens: tokens("this proxy's whole life"),
  trialBudgetUsd: usd("each trial, over all of its attempts"),
  trialBudgetTokens: tokens("each trial, over all of its attempts"),
  drainTimeout: seconds(10, "calls that are under way when the proxy is told to end"),
  maxBody: z
    .int()
    .positive()
    .max(2 ** 30)
    .default(64 * 2 ** 20)
    .describe("largest request body in bytes"),
  untilStdinCloses: z.boolean().default(false).describe("end when stdin closes, too"),
});
export type Flags = z.infer<typeof flags>;
