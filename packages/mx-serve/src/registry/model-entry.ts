import * as z from "zod";
import { Infra } from "../config/infra.ts";
import { Sampling } from "../config/sampling.ts";
import { LangfuseConfig } from "../engines/langfuse-config.ts";
import { LitellmConfig } from "../engines/litellm-config.ts";
import { LlamaCppConfig } from "../engines/llama-cpp-config.ts";
import { PostgresConfig } from "../engines/postgres-config.ts";
import { SglangConfig } from "../engines/sglang-config.ts";
import { VllmConfig } from "../engines/vllm-config.ts";

/** A schema's fields without their defaults: what is not said is left to another layer. */
function part<S extends z.ZodRawShape>({ shape }: z.ZodObject<S>) {
  const fields = Object.entries(shape).map(([name, field]) => [
    name,
    (field instanceof z.ZodDefault
      ? (field.unwrap() as z.ZodType)
      : (field as z.ZodType)
    ).optional(),
  ]);
  return z.strictObject(Object.fromEntries(fields) as Record<string, z.ZodType>).optional();
}

const variables = z.record(z.string().regex(/^[A-Za-z_]\w*$/), z.string());

/** Settings that an entry or a preset brings, by section. */
export const settingSections = {
  infra: part(Infra),
  vllm: part(VllmConfig),
  sglang: part(SglangConfig),
  llama_cpp: part(LlamaCppConfig),
  litellm: part(LitellmConfig),
  postgres: part(PostgresConfig),
  langfuse: part(LangfuseConfig),
  sampling: part(Sampling),
  env: variables.optional().describe("variables that the server gets; no secrets"),
};

const count = z.number().positive().nullable().optional();

/** A model as a registry file describes it. Facts that nobody wrote down are not known, and never guessed. */
export const ModelEntry = z.strictObject({
  extends: z.string().optional().describe("key of an entry whose settings hold unless said here"),
  description: z.string().optional(),
  engine: z.enum(["vllm", "sglang", "llama-cpp"]).optional().describe("what serves it [vllm]"),
  hub_id: z.string().min(1).optional().describe("id at the hub, or path of a folder or file"),
  revision: z.string().min(1).nullable().optional().describe("commit, tag or branch at the hub"),
  served_name: z.string().min(1).optional().describe("name that callers use [hub_id]"),
  parameters: count.describe("parameters in all"),
  active_parameters: count.describe("parameters that one token passes through"),
  weights: z
    .string()
    .nullable()
    .optional()
    .describe("how the weights are stored: bfloat16, fp8, mxfp4, …"),
  weights_bytes: count.describe("size of the weights where parameters times bits does not give it"),
  layers: z.int().positive().nullable().optional(),
  kv_heads: z.int().positive().nullable().optional().describe("heads of keys and values"),
  head_dim: z.int().positive().nullable().optional().describe("width of one head"),
  max_position: z.int().positive().nullable().optional().describe("longest context of the model"),
  sliding_window: z
    .strictObject({ tokens: z.int().positive(), layers: z.int().positive() })
    .nullable()
    .optional()
    .describe("layers that only see so many tokens back"),
  own_chat_template: z
    .boolean()
    .nullable()
    .optional()
    .describe("whether the model's files bring a chat template; null: not known"),
  chat_template: z.string().min(1).optional().describe("one that holds where the model has none"),
  force_chat_template: z.boolean().optional().describe("it holds in place of the model's own"),
  needs_hf_token: z.boolean().optional().describe("its files are only for those who agreed"),
  ...settingSections,
});
export type ModelEntry = z.infer<typeof ModelEntry>;

/** Settings that are put over those of a model: what a benchmark needs. */
export const Preset = z.strictObject({
  description: z.string().optional(),
  model: z.string().min(1).optional().describe("key of the model that it is for; else any"),
  chat_template: z.string().min(1).optional(),
  force_chat_template: z.boolean().optional(),
  ...settingSections,
});
export type Preset = z.infer<typeof Preset>;

/** A type of graphics card. */
export const GpuEntry = z.strictObject({
  memory_mib: z.number().positive().nullable().optional().describe("memory of one card in MiB"),
  usd_per_hour: z
    .number()
    .nonnegative()
    .nullable()
    .optional()
    .describe("price of one card while it runs, by a public list"),
  as_of: z.iso.date().optional().describe("day of that list"),
  source: z.string().optional().describe("where that list is"),
});
export type GpuEntry = z.infer<typeof GpuEntry>;

/** A registry file: models, presets and graphics cards by key. */
export const RegistryFile = z.strictObject({
  models: z.record(z.string(), ModelEntry).default({}),
  presets: z.record(z.string(), Preset).default({}),
  gpus: z.record(z.string(), GpuEntry).default({}),
});
export type RegistryFile = z.infer<typeof RegistryFile>;
