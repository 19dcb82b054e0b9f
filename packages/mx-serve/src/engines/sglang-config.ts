import * as z from "zod";

const words = (describe: string) => z.string().min(1).nullable().default(null).describe(describe);
const size = (describe: string) => z.int().positive().nullable().default(null).describe(describe);

/** How SGLang serves: `sglang` of the registry, and `--sglang.NAME=VALUE`. Null: SGLang decides. */
export const SglangConfig = z.strictObject({
  version: z
    .string()
    .regex(/^\d+\.\d+\.\d+(\.post\d+)?$/, "expected a version such as 0.5.9")
    .default("0.5.9")
    .describe("exact version that an image gets"),
  context_length: size("longest context in tokens, prompt and reply together"),
  mem_fraction_static: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.88)
    .describe("share of a card's memory for weights and KV cache"),
  tensor_parallel_size: size("cards that one copy of the model is cut over; null: all there are"),
  data_parallel_size: z.int().positive().default(1).describe("copies of the model"),
  prefix_caching: z.boolean().default(true).describe("keep what prompts have in common"),
  trust_remote_code: z.boolean().default(false).describe("run code from the model's repository"),
  attention_backend: words("such as fa3, flashinfer or triton"),
  dtype: z
    .enum(["auto", "half", "float16", "bfloat16", "float", "float32"])
    .nullable()
    .default(null)
    .describe("numbers that it computes with"),
  quantization: words("such as fp8 or awq, where the model's own files do not say"),
  kv_cache_dtype: words("numbers of the KV cache, such as fp8_e5m2"),
  max_running_requests: size("calls that are worked on at once"),
  tool_call_parser: words("how calls of tools are read from a reply, such as qwen25"),
  reasoning_parser: words("how thinking is told from the answer, such as qwen3"),
  speculative_algorithm: words("such as EAGLE3"),
  speculative_draft_model_path: words("model that drafts"),
  speculative_num_steps: size("steps of the draft"),
  speculative_eagle_topk: size("branches of each step of the draft"),
  speculative_num_draft_tokens: size("tokens that are checked at once"),
  seed: z.int().nonnegative().nullable().default(null).describe("of the random numbers"),
  extra_args: z
    .array(z.string())
    .default([])
    .describe("arguments that are passed on as they are, JSON"),
});
export type SglangConfig = z.infer<typeof SglangConfig>;
