import type { Server } from "@mx/records";
import { canonicalJson } from "@mx/records/canonical-json";
import { sha256 } from "@mx/records/key";
import { basename } from "node:path";
import { gpuOf } from "../config/gpu.ts";
import { Infra } from "../config/infra.ts";
import { Sampling } from "../config/sampling.ts";
import type { Engine, EngineParts, ServedModel } from "../engines/engine.ts";
import { engines } from "../engines/engines.ts";
import { memoryFit } from "../fit/memory-fit.ts";
import { serverName } from "../identity/server-name.ts";
import { gpuPrice } from "../prices/gpu-price.ts";
import { readRegistry } from "../registry/read-registry.ts";
import type { Registry } from "../registry/registry.ts";
import type { ServerPlan } from "../server-plan.ts";
import { checkedEnv } from "./checked-env.ts";
import { chatTemplate } from "./chat-template.ts";
import { checkContext } from "./check-context.ts";
import { commandFolder } from "./command-folder.ts";
import { choose, type Choice, type Selection } from "./choose.ts";
import { placeInfra } from "./place-infra.ts";
import { servingConfiguration } from "./serving-configuration.ts";
import { checkedSection, layeredSections, type Overrides } from "./sections.ts";

export interface PlanRequest {
  selection: Selection;
  /** What the command line says, by section: `vllm`, `infra`, `sampling`, `env`, … */
  overrides?: Overrides;
  /** Names of variables that it gets besides those that its engine needs. */
  secrets?: readonly string[];
  /** The variable by which a command takes the key of its API; absent: it takes none. */
  apiKeyEnv?: string | undefined;
  where: Server["where"];
  /** Null: a free one. */
  port?: number | null;
  /** A registry of the user's, besides $MX_HOME/models.yaml and ./mx.models.yaml. */
  userModels?: string | undefined;
  /** One that was read already, for many plans. */
  registry?: Registry;
  env: NodeJS.ProcessEnv;
}

/**
 * A server as it would be started: the registry's entry, with the preset over it and the command line over both. Nothing
 * is started, and nothing outside this machine is asked. Throws MxError 2 where something is wrong with what was asked.
 */
export async function planServer(request: PlanRequest): Promise<ServerPlan> {
  const { selection, where, env } = request;
  const { userModels } = request;
  const registry = request.registry ?? (await readRegistry({ env, userModels }));
  const choice = choose(selection, registry);
  const engine = engines[choice.engine];
  const sections = layeredSections(choice, engine, request.overrides ?? {});
  const infra = checkedSection("infra", Infra, sections["infra"]);
  const config = checkedSection(engine.section, engine.config, sections[engine.section]);
  const sampling = checkedSection("sampling", Sampling, sections["sampling"]);
  const model = await servedModel(choice, engine);
  const command = selection.command ?? [];
  const parts = await engine.plan({ config, model, infra, where, command, env });
  const fit = model && parts.memory && memoryFit(model.entry, parts.memory, infra, registry.gpus);
  checkContext(sampling, parts.memory?.maxLength ?? null);
  const variables = (sections["env"] ?? {}) as Record<string, string>;
  const full = withUserEnv(parts, model, variables, request.secrets ?? []);
  const image = where === "modal" ? (infra.image ?? full.image) : null;
  const configuration = servingConfiguration({
    engine,
    config,
    where,
    model,
    infra,
    parts: full,
    image,
    command,
    folder: where === "modal" ? null : commandFolder(command),
    secrets: request.secrets ?? [],
    apiKeyEnv: request.apiKeyEnv ?? null,
  });
  const apiKeyEnv = request.apiKeyEnv ?? full.apiKeyEnv;
  const digest = sha256(canonicalJson(configuration));
  const gpu = gpuOf(infra.gpu);
  const record: Server = {
    type: "server",
    version: 1,
    name: serverName(label(choice, engine, command), digest),
    digest,
    engine: engine.name,
    where,
    model: full.probe.kind === "models" ? full.probe.model : null,
    argv: full.argv,
    env: full.env,
    secrets: full.secrets,
    image,
    gpu,
    fit,
    price_usd_per_hour: gpuPrice(gpu, registry.gpus),
    config: configuration,
    sampling,
  };
  return {
    record,
    probe: full.probe,
    port: request.port ?? null,
    startupTimeoutMs: infra.startup_timeout * 1000,
    files: full.files,
    needs: full.needs,
    ...(apiKeyEnv === null ? {} : { apiKeyEnv }),
    ...(full.stopSignal === undefined ? {} : { stopSignal: full.stopSignal }),
    ...(full.data === undefined ? {} : { data: full.data }),
    apiPath: full.apiPath,
    imageSetup: full.imageSetup,
    single: full.single,
    packages: full.packages,
    infra: placeInfra(infra, full),
  };
}

async function servedModel(choice: Choice, engine: Engine): Promise<ServedModel | null> {
  const { entry, servedName } = choice;
  if (engine.model === "none" || entry === null) return null;
  const template =
    engine.model === "optional"
      ? null
      : await chatTemplate({
          hubId: entry.hub_id,
          own: entry.own_chat_template ?? null,
          named: choice.chatTemplate,
          force: choice.forceChatTemplate,
        });
  return { entry, servedName: servedName ?? entry.served_name ?? entry.hub_id, template };
}

/** A user's variables go over those of the engine; a model that only some may fetch needs a token. */
function withUserEnv(
  parts: EngineParts,
  model: ServedModel | null,
  env: Record<string, string>,
  secrets: readonly string[],
): EngineParts {
  const token = model?.entry.needs_hf_token === true ? ["HF_TOKEN"] : [];
  const names = [...new Set([...parts.secrets, ...token, ...secrets])];
  return { ...parts, env: { ...parts.env, ...checkedEnv(env) }, secrets: names };
}

function label({ entry }: Choice, engine: Engine, command: readonly string[]): string {
  if (entry !== null && engine.model !== "none") return entry.hub_id.replace(/\.gguf$/, "");
  return engine.name === "command" ? basename(command[0] ?? "command") : engine.name;
}
