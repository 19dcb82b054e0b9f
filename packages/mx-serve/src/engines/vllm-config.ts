import * as z from "zod";

const words = (describe: string) => z.string().min(1).nullable().default(null).describe(describe);
const size = (describe: string) => z.int().positive().nullable().default(null).describe(describe);
const object = (describe: string) =>
  z.record(z.string(), z.unknown()).nullable().default(null).describe(describe);

/** How vLLM serves: `vllm` of the registry, and `--vllm.NAME=VALUE`. Null: vLLM decides. */
export const VllmConfig = z.strictObject({
  version: z
    .string()
    .regex(/^\d+\.\d+\.\d+(\.post\d+)?$/, "expected a version such as 0.13.0")
    .default("0.13.0")
    .describe("exact version of vLLM that an image gets, and whose flags are used"),
  max_model_len: size("longest context in tokens, prompt and reply together"),
  gpu_memory_utilization: z
    .number()
    .gt(0)
    .max(1)
    .default(0.9)
    .describe("share of a card's memory that vLLM may use"),
  tensor_parallel_size: size("cards that one copy of the model is cut over; null: all there are"),
  pipeline_parallel_size: z.int().positive().default(1).describe("stages of one copy"),
  data_parallel_size: z.int().positive().default(1).describe("copies of the model"),
  prefix_caching: z.boolean().default(true).describe("keep what prompts have in common"),
  trust_remote_code: z.boolean().default(false).describe("run code from the model's repository"),
  attention_backend: words("such as FLASH_ATTN, FLASHINFER or TRITON_ATTN"),
  dtype: z
    .enum(["auto", "half", "float16", "bfloat16", "float", "float32"])
    .nullable()
    .default(null)
    .describe("numbers that it computes with"),
  quantization: words("such as fp8, awq or gptq, where the model's own files do not say"),
  kv_cache_dtype: words("numbers of the KV cache, such as fp8"),
  max_num_seqs: size("calls that are worked on at once"),
  max_num_batched_tokens: size("tokens of one step"),
  max_cudagraph_capture_size: size("largest batch that is captured as a CUDA graph"),
  enforce_eager: z
    .boolean()
    .nullable()
    .default(null)
    .describe("no CUDA graphs: it starts sooner and runs slower"),
  async_scheduling: z
    .boolean()
    .nullable()
    .default(null)
    .describe("plan the next step while one runs"),
  stream_interval: size("tokens that are sent together when streaming"),
  compilation_config: object("settings of torch.compile, JSON"),
  speculative_config: object("speculative decoding, JSON: model, method, num_speculative_tokens"),
  tool_call_parser: words("how calls of tools are read from a reply, such as hermes"),
  reasoning_parser: words("how thinking is told from the answer, such as qwen3"),
  generation_config: words("where defaults of sampling come from: auto, vllm, or a folder"),
  load_format: words("how weights are read, such as dummy"),
  seed: z.int().nonnegative().nullable().default(null).describe("of the random numbers"),
  api_key: z
    .boolean()
    .default(true)
    .describe("callers must send a key: that of VLLM_API_KEY, or one that is made"),
  keep_alive: z
    .int()
    .positive()
    .default(120)
    .describe("how long an idle connection is kept, in s; longer than its clients keep it"),
  extra_args: z
    .array(z.string())
    .default([])
    .describe("arguments that are passed on as they are, JSON"),
});
export type VllmConfig = z.infer<typeof VllmConfig>;
