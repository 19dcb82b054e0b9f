import type { Server } from "@mx/records";
import { sha256 } from "@mx/records/key";
import * as z from "zod";
import type { Infra } from "../config/infra.ts";
import type { Engine, EngineParts, ServedModel } from "../engines/engine.ts";

interface Serving {
  engine: Engine;
  /** Its checked settings. */
  config: Record<string, unknown>;
  where: Server["where"];
  model: ServedModel | null;
  infra: Infra;
  parts: EngineParts;
  image: string | null;
  command: readonly string[];
  /** Where the command runs, if that says which files it means. */
  folder: string | null;
  /** Names of variables that the user hands on. */
  secrets: readonly string[];
  /** The variable by which a command takes its key, where the user names one. */
  apiKeyEnv: string | null;
}

/**
 * All that makes a server what it is, and nothing else: what its digest is of. The place is part of it, as a server here
 * and the same at Modal are two. Sampling is not, nor the port, nor what only decides how long it is waited for.
 */
export function servingConfiguration(serving: Serving): Record<string, unknown> {
  const { engine, model, parts, command, folder, secrets, apiKeyEnv } = serving;
  const { startup_timeout: _wait, gpu_memory_gib: _fact, ...infra } = serving.infra;
  const { source, name, sha256: digest } = model?.template ?? {};
  const configuration = {
    engine: engine.name,
    where: serving.where,
    model: model?.entry.hub_id ?? null,
    revision: model?.entry.revision ?? null,
    served_model_name: parts.probe.kind === "models" ? parts.probe.model : null,
    [engine.section]: { ...serving.config, ...parts.decided },
    infra,
    chat_template: model?.template ? { source, name, sha256: digest } : null,
    env: parts.env,
    image: serving.image,
    packages: parts.packages,
    ...(command.length === 0 ? {} : { command }),
    ...(folder === null ? {} : { folder }),
    ...(secrets.length === 0 ? {} : { secrets: [...new Set(secrets)].sort() }),
    ...(apiKeyEnv === null ? {} : { api_key_env: apiKeyEnv }),
    files: Object.fromEntries(
      Object.entries(parts.files).map(([path, text]) => [path, sha256(text)]),
    ),
  };
  return z.record(z.string(), z.json()).parse(configuration);
}
