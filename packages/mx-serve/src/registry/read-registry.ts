import { mxHome } from "@mx/store/mx-home";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { mergeSettings } from "../config/merge-settings.ts";
import { settingError } from "../config/setting-error.ts";
import type { GpuEntry, ModelEntry, Preset, RegistryFile } from "./model-entry.ts";
import { readRegistryFile } from "./registry-file.ts";
import type { RegisteredModel, Registry } from "./registry.ts";
import { shippedFolder } from "./shipped-folder.ts";

export interface RegistrySources {
  env: NodeJS.ProcessEnv;
  /** A file that was named; it has to be there. */
  userModels?: string | undefined;
  /** Folder of mx.models.yaml [the current one]. */
  cwd?: string | undefined;
}

/**
 * All registries as one, the later ones over the earlier: those that are shipped, $MX_HOME/models.yaml,
 * ./mx.models.yaml, and the file that was named. An entry with a known key changes that entry, setting by setting.
 */
export async function readRegistry(sources: RegistrySources): Promise<Registry> {
  const shipped = (await readdir(shippedFolder())).filter((name) => name.endsWith(".yaml")).sort();
  const optional = [
    join(mxHome(sources.env), "models.yaml"),
    join(sources.cwd ?? ".", "mx.models.yaml"),
  ].filter((path) => existsSync(path));
  const named = sources.userModels === undefined ? [] : [sources.userModels];
  const paths = [...shipped.map((name) => join(shippedFolder(), name)), ...optional, ...named];
  const files = await Promise.all(paths.map((path) => readRegistryFile(path)));
  const entries = layered<ModelEntry>(files, "models");
  const models = [...entries.keys()].map((key): [string, RegisteredModel] => [
    key,
    registered(key, entries),
  ]);
  return {
    models: new Map(models),
    presets: layered<Preset>(files, "presets"),
    gpus: layered<GpuEntry>(files, "gpus"),
  };
}

function layered<T>(files: readonly RegistryFile[], part: keyof RegistryFile): Map<string, T> {
  const all = new Map<string, T>();
  for (const file of files) {
    for (const [key, entry] of Object.entries(file[part])) {
      all.set(key, mergeSettings({ ...all.get(key) }, entry) as T);
    }
  }
  return all;
}

/** An entry with what it extends. Throws MxError 2 where that is not there, or goes round in a circle. */
function registered(key: string, entries: ReadonlyMap<string, ModelEntry>): RegisteredModel {
  const seen = [key];
  let entry: ModelEntry = entries.get(key) as ModelEntry;
  for (let base = entry.extends; base !== undefined;) {
    const found = entries.get(base);
    if (found === undefined || seen.includes(base)) {
      const why = found === undefined ? "is not there" : "extends it in turn";
      const hint = `models that there are: ${[...entries.keys()].join(", ")}`;
      throw settingError(`model ${key} extends ${base}, which ${why}`, hint);
    }
    seen.push(base);
    entry = mergeSettings(found, entry) as ModelEntry;
    base = found.extends;
  }
  const { extends: _extends, hub_id: hubId, ...rest } = entry;
  if (hubId === undefined) {
    throw settingError(`model ${key} has no hub_id`, "say which model it is: hub_id: ORG/NAME");
  }
  return { ...rest, key, hub_id: hubId };
}
