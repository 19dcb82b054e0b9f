import type { ServedModel } from "./engine.ts";
import { flag } from "./flag.ts";
import type { VllmConfig } from "./vllm-config.ts";

/** Where the chat template lies that a plan brings. */
export const templateFile = "chat-template.jinja";

/** `--NAME` or `--no-NAME`; nothing where nobody decided. */
function toggle(name: string, value: boolean | null): string[] {
  return value === null ? [] : [value ? `--${name}` : `--no-${name}`];
}

/** An object as the JSON that vLLM's parser reads. */
function json(name: string, value: Record<string, unknown> | null): string[] {
  return value === null ? [] : [name, JSON.stringify(value)];
}

/** From this version on the attention backend is a flag; before, a variable. */
export function hasAttentionFlag(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 0 || minor >= 13;
}

/** The command line of vLLM's OpenAI-compatible server. Each flag is one of its argument parser's. */
export function vllmArgv(
  config: VllmConfig,
  { entry, servedName, template }: ServedModel,
  cardsPerTensor: number,
): string[] {
  const { tool_call_parser: tools, version } = config;
  return [
    "vllm",
    "serve",
    entry.hub_id,
    ...flag("--served-model-name", servedName),
    ...flag("--host", "{host}"),
    ...flag("--port", "{port}"),
    ...flag("--revision", entry.revision),
    ...flag("--max-model-len", config.max_model_len),
    ...flag("--gpu-memory-utilization", config.gpu_memory_utilization),
    ...flag("--tensor-parallel-size", cardsPerTensor),
    ...flag("--pipeline-parallel-size", unlessOne(config.pipeline_parallel_size)),
    ...flag("--data-parallel-size", unlessOne(config.data_parallel_size)),
    ...toggle("enable-prefix-caching", config.prefix_caching),
    ...(config.trust_remote_code ? ["--trust-remote-code"] : []),
    ...(hasAttentionFlag(version) ? flag("--attention-backend", config.attention_backend) : []),
    ...flag("--dtype", config.dtype),
    ...flag("--quantization", config.quantization),
    ...flag("--kv-cache-dtype", config.kv_cache_dtype),
    ...flag("--max-num-seqs", config.max_num_seqs),
    ...flag("--max-num-batched-tokens", config.max_num_batched_tokens),
    ...flag("--max-cudagraph-capture-size", config.max_cudagraph_capture_size),
    ...toggle("enforce-eager", config.enforce_eager),
    ...toggle("async-scheduling", config.async_scheduling),
    ...flag("--stream-interval", config.stream_interval),
    ...json("--compilation-config", config.compilation_config),
    ...json("--speculative-config", config.speculative_config),
    ...(tools === null ? [] : ["--enable-auto-tool-choice", "--tool-call-parser", tools]),
    ...flag("--reasoning-parser", config.reasoning_parser),
    ...flag("--generation-config", config.generation_config),
    ...flag("--load-format", config.load_format),
    ...flag("--seed", config.seed),
    ...(template?.text ? ["--chat-template", `{dir}/${templateFile}`] : []),
    ...config.extra_args,
  ];
}

function unlessOne(count: number): number | null {
  return count === 1 ? null : count;
}
