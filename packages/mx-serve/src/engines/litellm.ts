import type { Engine, EngineRequest } from "./engine.ts";
import { endpointRoutes } from "./endpoint-route.ts";
import { LitellmConfig } from "./litellm-config.ts";
import { readLitellmFile, type LitellmFile } from "./litellm-file.ts";
import { litellmYaml, routeVariables } from "./litellm-yaml.ts";
import { pythonImage } from "./python-image.ts";

const fileName = "litellm.yaml";

const tracePackages = {
  none: [],
  v2: ["langfuse==2.60.10"],
  otel: [
    "opentelemetry-api==1.39.1",
    "opentelemetry-sdk==1.39.1",
    "opentelemetry-exporter-otlp==1.39.1",
  ],
};

async function settings({ config, env }: EngineRequest<LitellmConfig>): Promise<LitellmFile> {
  if (config.config_file !== null) return readLitellmFile(config.config_file);
  const found = await Promise.all(config.endpoints.map((name) => endpointRoutes(name, env)));
  const routes = [...config.routes, ...found.flat()];
  return {
    text: litellmYaml(config, routes),
    firstModel: routes.find(({ name }) => !name.includes("*"))?.name ?? null,
    variables: routeVariables(routes),
  };
}

/** LiteLLM's proxy, with a configuration that is made from routes and servers, or one's own. */
export const litellm: Engine<LitellmConfig> = {
  name: "litellm",
  section: "litellm",
  config: LitellmConfig,
  model: "none",
  async plan(request) {
    const { config } = request;
    const file = await settings(request);
    const traced = config.langfuse !== "none";
    const langfuse = ["LANGFUSE_HOST", "LANGFUSE_PUBLIC_KEY", "LANGFUSE_SECRET_KEY"];
    const needed = [...file.variables, ...(traced ? langfuse : [])];
    return {
      argv: [
        "litellm",
        "--config",
        `{dir}/${fileName}`,
        "--host",
        "{host}",
        "--port",
        "{port}",
        "--num_workers",
        String(config.num_workers),
      ],
      // Without it, it fetches a list of prices from the internet before it starts.
      env: { LITELLM_LOCAL_MODEL_COST_MAP: "True" },
      secrets: needed.filter((name) => name !== "LITELLM_MASTER_KEY"),
      apiKeyEnv: config.master_key ? "LITELLM_MASTER_KEY" : null,
      probe:
        file.firstModel === null
          ? { kind: "http", path: "/health/liveliness" }
          : { kind: "models", model: file.firstModel },
      apiPath: "/v1",
      files: { [fileName]: file.text },
      image: pythonImage.slim,
      imageSetup: [],
      packages: [`litellm[proxy]==${config.version}`, ...tracePackages[config.langfuse]],
      needs: { program: "litellm", hint: `pip install 'litellm[proxy]==${config.version}'` },
      volumes: {},
      memory: null,
      single: false,
    };
  },
};
