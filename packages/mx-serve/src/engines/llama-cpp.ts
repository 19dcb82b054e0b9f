import { gpuOf } from "../config/gpu.ts";
import { settingError } from "../config/setting-error.ts";
import type { Engine, EngineRequest, ServedModel } from "./engine.ts";
import { flag } from "./flag.ts";
import { LlamaCppConfig } from "./llama-cpp-config.ts";
import { pythonImage } from "./python-image.ts";
import { templateFile } from "./vllm-argv.ts";

/** A file of this machine, not an id at the hub. */
function isFile(id: string): boolean {
  return id.endsWith(".gguf");
}

/** The command line of llama.cpp's own server. */
export function llamaServerArgv(config: LlamaCppConfig, model: ServedModel): string[] {
  const { entry, servedName, template } = model;
  const from = isFile(entry.hub_id)
    ? ["--model", entry.hub_id]
    : ["--hf-repo", entry.hub_id, ...flag("--hf-file", config.file)];
  return [
    "llama-server",
    ...from,
    ...flag("--alias", servedName),
    ...flag("--host", "{host}"),
    ...flag("--port", "{port}"),
    ...flag("--ctx-size", config.ctx_size),
    ...flag("--parallel", config.parallel),
    ...flag("--n-gpu-layers", config.n_gpu_layers),
    ...flag("--threads", config.threads),
    config.jinja ? "--jinja" : "--no-jinja",
    ...(template?.text ? ["--chat-template-file", `{dir}/${templateFile}`] : []),
    ...config.extra_args,
  ];
}

/** The command line of the server in the Python package llama-cpp-python. */
export function llamaPythonArgv(config: LlamaCppConfig, { entry, servedName }: ServedModel) {
  const from = isFile(entry.hub_id)
    ? ["--model", entry.hub_id]
    : ["--hf_model_repo_id", entry.hub_id, ...flag("--model", config.file)];
  return [
    config.python,
    "-m",
    "llama_cpp.server",
    ...from,
    ...flag("--model_alias", servedName),
    ...flag("--host", "{host}"),
    ...flag("--port", "{port}"),
    ...flag("--n_ctx", config.ctx_size),
    ...flag("--n_gpu_layers", config.n_gpu_layers),
    ...flag("--n_threads", config.threads),
    ...config.extra_args,
  ];
}

function check({ config, model }: EngineRequest<LlamaCppConfig>): ServedModel {
  if (model === null) {
    throw settingError("llama-cpp needs a model", "a GGUF file, or a model of `mx-serve models`");
  }
  const { hub_id: id } = model.entry;
  if (config.program === "llama_cpp.server") {
    if (model.template?.text) {
      throw settingError(
        "llama_cpp.server takes no chat template from a file",
        "--llama-cpp.program=llama-server does",
      );
    }
    if (!isFile(id) && config.file === null) {
      throw settingError(
        `llama_cpp.server must know which file of ${id} to take`,
        "--llama-cpp.file=NAME.gguf, which may have a * in it",
      );
    }
  }
  return model;
}

/** llama.cpp, by its own server or by that of llama-cpp-python. */
export const llamaCpp: Engine<LlamaCppConfig> = {
  name: "llama-cpp",
  section: "llama_cpp",
  config: LlamaCppConfig,
  model: "required",
  plan(request) {
    const { config, infra } = request;
    const model = check(request);
    const own = config.program === "llama-server";
    const keyed = config.api_key;
    return {
      argv: own ? llamaServerArgv(config, model) : llamaPythonArgv(config, model),
      env: {},
      secrets: [],
      // Both read their key from the environment, by other names.
      apiKeyEnv: keyed ? (own ? "LLAMA_API_KEY" : "API_KEY") : null,
      probe: { kind: "models", model: model.servedName },
      apiPath: "/v1",
      files: own && model.template?.text ? { [templateFile]: model.template.text } : {},
      image: own
        ? infra.gpu === null
          ? "ghcr.io/ggml-org/llama.cpp:server"
          : "ghcr.io/ggml-org/llama.cpp:server-cuda"
        : pythonImage.slim,
      imageSetup: [],
      packages: own ? [] : [`llama-cpp-python[server]==${config.version}`],
      needs: own
        ? { program: "llama-server", hint: "llama.cpp's releases have it" }
        : {
            program: config.python,
            hint: `pip install 'llama-cpp-python[server]==${config.version}'`,
          },
      volumes: { "/root/.cache/huggingface": "mx-huggingface-cache" },
      memory: {
        maxLength: config.ctx_size,
        weights: null,
        kvCache: null,
        share: 1,
        cardsPerCopy: gpuOf(infra.gpu)?.count ?? 1,
        copies: 1,
        drafts: false,
      },
      single: false,
    };
  },
};
