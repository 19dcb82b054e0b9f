import * as z from "zod";

/** These two releases were replaced by ones that stole credentials. */
const stolen = new Set(["1.82.7", "1.82.8"]);

/** A model that LiteLLM passes on: what its `model_list` has, a key by the NAME of its variable. */
const Route = z.strictObject({
  name: z.string().min(1).describe("name that callers use"),
  model: z.string().min(1).describe("provider and model as LiteLLM writes them: azure/gpt-5-mini"),
  api_base: z.url().optional(),
  api_base_env: z.string().optional().describe("NAME of the variable that holds the address"),
  api_key_env: z.string().optional().describe("NAME of the variable that holds the key"),
  api_version: z.string().optional(),
});
export type Route = z.infer<typeof Route>;

/** How LiteLLM serves: `litellm` of the registry, and `--litellm.NAME=VALUE`. */
export const LitellmConfig = z.strictObject({
  version: z
    .string()
    .regex(/^\d+\.\d+\.\d+$/, "expected one exact version, such as 1.106.2")
    .refine((version) => !stolen.has(version), "this release was tampered with; take another")
    .default("1.106.2")
    .describe("exact version that an image gets"),
  routes: z.array(Route).default([]).describe("models that it passes on, JSON"),
  endpoints: z
    .array(z.string().min(1))
    .default([])
    .describe("servers of mx-serve that it passes on to, by name, JSON"),
  config_file: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe("a configuration of one's own, in place of a generated one"),
  master_key: z
    .boolean()
    .default(true)
    .describe("callers must send a key: that of LITELLM_MASTER_KEY, or one that is made"),
  langfuse: z
    .enum(["none", "v2", "otel"])
    .default("none")
    .describe("traces go to the Langfuse of LANGFUSE_HOST: version 2, or a later one by OTLP"),
  num_workers: z.int().positive().default(1).describe("processes"),
  request_timeout: z.int().positive().default(3600).describe("of one call, in s"),
});
export type LitellmConfig = z.infer<typeof LitellmConfig>;
