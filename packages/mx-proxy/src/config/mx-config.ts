import * as z from "zod";
import { providers } from "../upstream/provider.ts";
import { strategies } from "./config.ts";

const count = z.int().positive();
const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "not the NAME of a variable");

const noLiteral = z
  .never(
    "a key is not written into the file: give the NAME of its variable in api_key_env, or api_key_file",
  )
  .optional();

const Breaker = z.strictObject({
  failures: count.optional().describe("failures in a row that open it [5]"),
  cool_down_seconds: z.number().positive().optional().describe("passed over at first [5]"),
});

const Upstream = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][\w.-]*$/, "a name has letters, digits, dots, dashes and underscores"),
  provider: z
    .enum(Object.keys(providers) as [string, ...string[]])
    .default("openai")
    .describe("what differs: where calls go and how the key is sent"),
  base_url: z.string().optional().describe("with /v1 where the API has it [the provider's]"),
  api_key_env: variable.optional().describe("NAME of the variable with its key [the provider's]"),
  api_key_file: z.string().min(1).optional().describe("file with its key and nothing else"),
  api_key: noLiteral,
  api_version: z.string().min(1).optional().describe("Azure's api-version"),
  headers: z
    .record(z.string().min(1), z.union([z.string(), z.strictObject({ env: variable })]))
    .default({})
    .describe("further headers; {env: NAME} takes the value from a variable"),
  models: z.array(z.string().min(1)).optional().describe("that it serves [it is asked]"),
  limits: z
    .strictObject({
      concurrency: count.optional(),
      requests_per_minute: count.optional(),
      tokens_per_minute: count.optional(),
    })
    .default({}),
  breaker: Breaker.optional(),
  usd_per_hour: z.number().nonnegative().optional().describe("what it costs while it is used"),
  first_byte_timeout: z.number().positive().optional().describe("in seconds, for this one"),
});
export type MxUpstream = z.infer<typeof Upstream>;

const Target = z.union([
  z.string().min(1),
  z.strictObject({
    upstream: z.string().min(1),
    model: z.string().min(1).optional().describe("its name there [the one asked for]"),
    order: z.int().default(0).describe("a higher one answers where none of a lower one can"),
    weight: z.number().positive().default(1).describe("share of the calls within its order"),
  }),
]);
export type MxTarget = z.infer<typeof Target>;

const Model = z.union([
  Target,
  z.array(Target).min(1),
  z.strictObject({
    targets: z.array(Target).min(1),
    strategy: z.enum(strategies).optional(),
    fallbacks: z.array(z.string().min(1)).default([]),
  }),
]);
export type MxModel = z.infer<typeof Model>;

/** The configuration file of mx-proxy. */
export const MxConfig = z.strictObject({
  upstreams: z.array(Upstream).min(1),
  models: z.record(z.string().min(1), Model).default({}).describe("names that callers ask for"),
  strategy: z.enum(strategies).optional(),
  retries: z.int().min(0).max(1000).optional(),
  breaker: Breaker.default({}),
});
