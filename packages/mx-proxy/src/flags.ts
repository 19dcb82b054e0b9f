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
    .array(z.string().min(1))
    .optional()
    .describe(
      "URL or NAME=URL of an API to pass calls on to, any number of times; a bare origin gets /v1 (default: $OPENAI_BASE_URL)",
    ),
  config: z
    .string()
    .min(1)
    .optional()
    .describe("YAML file of upstreams and models, or one of LiteLLM; read again when it changes"),
  endpoint: z
    .array(z.string().min(1))
    .optional()
    .describe(
      "file with an endpoint record, as mx-serve keeps it, any number of times; read again when it changes",
    ),
  balance: z
    .enum(["least_outstanding", "sticky"])
    .optional()
    .describe(
      "which of several upstreams a call goes to: the one with the least under way (default), or always the same for a trial",
    ),
  concurrency: z.int().positive().optional().describe("calls at once to each --upstream"),
  requestsPerMinute: z.int().positive().optional().describe("calls per minute to each --upstream"),
  tokensPerMinute: z
    .int()
    .positive()
    .optional()
    .describe("tokens per minute, in and out, of each --upstream"),
  upstreamKeyEnv: z
    .string()
    .min(1)
    .default("OPENAI_API_KEY")
    .describe("NAME of the variable with the upstream's key; that of NAME=URL is NAME_API_KEY"),
  host: z
    .string()
    .min(1)
    .default("127.0.0.1")
    .describe("address to listen on; one that other machines can reach needs $MX_PROXY_SECRET"),
  port: z.int().min(0).max(65535).default(0).describe("TCP port; 0: a free one"),
  publicUrl: z
    .string()
    .min(1)
    .optional()
    .describe("base URL that others reach the proxy at, for its endpoint record"),
  run: z
    .string()
    .min(1)
    .optional()
    .describe("id of the only run whose trial keys are good here (default: any)"),
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
  cache: z
    .string()
    .min(1)
    .optional()
    .describe("folder of replies: a model call that was answered before gets the reply again"),
  record: z
    .string()
    .min(1)
    .optional()
    .describe("append every call and what it was answered to this recording"),
  replay: z
    .string()
    .min(1)
    .optional()
    .describe("answer from this recording and nothing else; what is not in it gets a 404"),
  journal: z
    .string()
    .min(1)
    .optional()
    .describe(
      "file that remembers where results of calls can be read which an upstream works on by itself (default: LEDGER.results)",
    ),
  replaySpeed: z
    .number()
    .min(0)
    .max(1e6)
    .default(0)
    .describe("how many times as fast as it was recorded a reply goes out; 0: at once"),
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
    .optional()
    .describe("further tries of a call that is turned away or gets no answer (default: 2)"),
  retryBudget: z
    .number()
    .min(0)
    .max(2_000_000)
    .default(60)
    .describe("limit in seconds for all pauses between the tries of a call"),
  sameErrorLimit: z
    .int()
    .min(0)
    .max(1000)
    .default(3)
    .describe(
      "calls in a row that a request may fail with the same error before it is final; 0: any",
    ),
  mcpConfig: z
    .string()
    .min(1)
    .optional()
    .describe("JSON file of MCP servers that callers reach at /mcp/NAME, each call on record"),
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
  traces: z
    .boolean()
    .optional()
    .describe(
      "send calls as spans to $OTEL_EXPORTER_OTLP_ENDPOINT or Langfuse (default: where one is set); --no-traces: never",
    ),
  traceBodies: z
    .boolean()
    .default(false)
    .describe("say in spans what was asked and answered, too, secrets masked"),
  untilStdinCloses: z.boolean().default(false).describe("end when stdin closes, too"),
});
export type Flags = z.infer<typeof flags>;
