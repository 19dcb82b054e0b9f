import { settingError } from "../config/setting-error.ts";
import { tensorCards } from "./cards-per-copy.ts";
import type { Engine, ServedModel } from "./engine.ts";
import { flag } from "./flag.ts";
import { SglangConfig } from "./sglang-config.ts";
import { templateFile } from "./vllm-argv.ts";

/** The command line of SGLang's OpenAI-compatible server. Each flag is one of its argument parser's. */
export function sglangArgv(config: SglangConfig, model: ServedModel, tensor: number): string[] {
  const { entry, servedName, template } = model;
  const { data_parallel_size: copies } = config;
  return [
    "python3",
    "-m",
    "sglang.launch_server",
    ...flag("--model-path", entry.hub_id),
    ...flag("--served-model-name", servedName),
    ...flag("--host", "{host}"),
    ...flag("--port", "{port}"),
    ...flag("--revision", entry.revision),
    ...flag("--context-length", config.context_length),
    ...flag("--mem-fraction-static", config.mem_fraction_static),
    ...flag("--tensor-parallel-size", tensor),
    ...flag("--data-parallel-size", copies === 1 ? null : copies),
    ...(config.prefix_caching ? [] : ["--disable-radix-cache"]),
    ...(config.trust_remote_code ? ["--trust-remote-code"] : []),
    ...flag("--attention-backend", config.attention_backend),
    ...flag("--dtype", config.dtype),
    ...flag("--quantization", config.quantization),
    ...flag("--kv-cache-dtype", config.kv_cache_dtype),
    ...flag("--max-running-requests", config.max_running_requests),
    ...flag("--tool-call-parser", config.tool_call_parser),
    ...flag("--reasoning-parser", config.reasoning_parser),
    ...flag("--speculative-algorithm", config.speculative_algorithm),
    ...flag("--speculative-draft-model-path", config.speculative_draft_model_path),
    ...flag("--speculative-num-steps", config.speculative_num_steps),
    ...flag("--speculative-eagle-topk", config.speculative_eagle_topk),
    ...flag("--speculative-num-draft-tokens", config.speculative_num_draft_tokens),
    ...flag("--random-seed", config.seed),
    ...(template?.text ? ["--chat-template", `{dir}/${templateFile}`] : []),
    ...config.extra_args,
  ];
}

/** SGLang's OpenAI-compatible server. */
export const sglang: Engine<SglangConfig> = {
  name: "sglang",
  section: "sglang",
  config: SglangConfig,
  model: "required",
  plan({ config, model, infra }) {
    if (model === null) throw settingError("sglang needs a model", "`mx-serve models` lists them");
    const tensor = tensorCards("sglang", config, infra);
    return {
      decided: { tensor_parallel_size: tensor },
      argv: sglangArgv(config, model, tensor),
      env: {},
      secrets: [],
      // It takes a key from its command line only, where every user of the machine could read it.
      apiKeyEnv: null,
      probe: { kind: "models", model: model.servedName },
      apiPath: "/v1",
      files: model.template?.text ? { [templateFile]: model.template.text } : {},
      image: `lmsysorg/sglang:v${config.version}`,
      imageSetup: [],
      packages: [],
      needs: { program: "python3", hint: `pip install sglang==${config.version}` },
      volumes: { "/root/.cache/huggingface": "mx-huggingface-cache" },
      memory: {
        maxLength: config.context_length,
        weights: config.quantization,
        kvCache: config.kv_cache_dtype,
        share: config.mem_fraction_static,
        cardsPerCopy: tensor,
        copies: config.data_parallel_size,
        drafts: config.speculative_algorithm !== null,
      },
      single: false,
    };
  },
};
