import { settingError } from "../config/setting-error.ts";
import { tensorCards } from "./cards-per-copy.ts";
import type { Engine } from "./engine.ts";
import { pythonImage } from "./python-image.ts";
import { hasAttentionFlag, templateFile, vllmArgv } from "./vllm-argv.ts";
import { VllmConfig } from "./vllm-config.ts";

/** vLLM's OpenAI-compatible server. */
export const vllm: Engine<VllmConfig> = {
  name: "vllm",
  section: "vllm",
  config: VllmConfig,
  model: "required",
  plan({ config, model, infra }) {
    if (model === null) throw settingError("vllm needs a model", "`mx-serve models` lists them");
    const tensor = tensorCards("vllm", config, infra);
    const { attention_backend: attention } = config;
    const backend =
      attention === null || hasAttentionFlag(config.version)
        ? {}
        : { VLLM_ATTENTION_BACKEND: attention };
    return {
      decided: { tensor_parallel_size: tensor },
      argv: vllmArgv(config, model, tensor),
      env: { VLLM_HTTP_TIMEOUT_KEEP_ALIVE: String(config.keep_alive), ...backend },
      secrets: [],
      apiKeyEnv: config.api_key ? "VLLM_API_KEY" : null,
      probe: { kind: "models", model: model.servedName },
      apiPath: "/v1",
      files: model.template?.text ? { [templateFile]: model.template.text } : {},
      image: pythonImage.cuda,
      imageSetup: [],
      packages: [`vllm==${config.version}`],
      needs: { program: "vllm", hint: `pip install vllm==${config.version}` },
      volumes: {
        "/root/.cache/huggingface": "mx-huggingface-cache",
        "/root/.cache/vllm": "mx-vllm-cache",
        "/root/.cache/flashinfer": "mx-flashinfer-cache",
      },
      memory: {
        maxLength: config.max_model_len,
        weights: config.quantization ?? (isFloat32(config.dtype) ? "float32" : null),
        kvCache: config.kv_cache_dtype ?? (isFloat32(config.dtype) ? "float32" : null),
        share: config.gpu_memory_utilization,
        cardsPerCopy: tensor * config.pipeline_parallel_size,
        copies: config.data_parallel_size,
        drafts: config.speculative_config !== null,
      },
      single: false,
    };
  },
};

function isFloat32(dtype: string | null): boolean {
  return dtype === "float" || dtype === "float32";
}
