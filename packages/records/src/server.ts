import * as z from "zod";

/** How much memory a model needs and how much there is. Every figure is an estimate; null: not known. */
const Fit = z.object({
  fits: z.boolean().nullable().describe("false: it cannot be loaded; null: too little is known"),
  weights_bytes: z.number().nonnegative().nullable().describe("parameters times bytes of each"),
  kv_cache_bytes: z
    .number()
    .nonnegative()
    .nullable()
    .describe("one sequence of the longest context"),
  available_bytes: z
    .number()
    .nonnegative()
    .nullable()
    .describe(
      "memory of the graphics cards of one replica, times the share that the engine may use",
    ),
  explanation: z.string().describe("the sum, in words, and what to change where it does not fit"),
});
export type Fit = z.infer<typeof Fit>;

/**
 * A model server or a service as it would be started: the whole of what `mx-serve up` would do. Written by
 * `mx-serve plan`, and kept beside every server that is up.
 */
export const Server = z.object({
  type: z.literal("server").describe("the record type"),
  version: z.literal(1).describe("version of this record type"),
  name: z.string().min(1).describe("identity: a readable part and the start of `digest`"),
  digest: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe("SHA-256, hex, of the whole serving configuration; sampling is no part of it"),
  engine: z
    .enum(["vllm", "sglang", "llama-cpp", "litellm", "postgres", "langfuse", "command"])
    .describe("what serves"),
  where: z.enum(["local", "modal", "slurm"]).describe("where it would run"),
  model: z
    .string()
    .nullable()
    .describe("id that /v1/models must list; null: no model API, or any model"),
  argv: z
    .array(z.string())
    .describe("the command; {port}, {host} and {dir} are filled in when it starts"),
  env: z.record(z.string(), z.string()).describe("variables that it gets; no secrets"),
  secrets: z
    .array(z.string())
    .describe(
      "NAMES of variables whose values it needs, from the environment or a secret of Modal",
    ),
  image: z.string().nullable().describe("image that it runs in; null: none, or the machine's own"),
  gpu: z
    .object({ type: z.string(), count: z.int().positive() })
    .nullable()
    .describe("graphics cards; null: none"),
  fit: Fit.nullable().describe("null: an engine without a model in memory"),
  price_usd_per_hour: z
    .number()
    .nonnegative()
    .nullable()
    .describe("of its graphics cards while it runs, by a dated list; null: not known"),
  config: z
    .record(z.string(), z.unknown())
    .describe("the serving configuration that `digest` is of"),
  sampling: z
    .record(z.string(), z.unknown())
    .describe("sampling that callers are meant to use: a note, not part of the server"),
});
export type Server = z.infer<typeof Server>;
