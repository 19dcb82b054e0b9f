import type { Server } from "@mx/records";
import { nearestName } from "@mx/cli/nearest-name";
import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { mergeSettings } from "../config/merge-settings.ts";
import { settingError } from "../config/setting-error.ts";
import { engines } from "../engines/engines.ts";
import { settingSections, type Preset } from "../registry/model-entry.ts";
import type { RegisteredModel, Registry } from "../registry/registry.ts";

/** What was asked for. */
export interface Selection {
  /** Key of the registry, id at the hub, path of a folder or a .gguf file, or a preset that names its model. */
  model?: string | undefined;
  engine?: string | undefined;
  /** The command of the engine `command`. */
  command?: string[] | undefined;
  preset?: string | undefined;
  servedModelName?: string | undefined;
  /** Commit, tag or branch at the hub, in place of the registry's. */
  revision?: string | undefined;
  /** Name of a bundled template, or path of a file. */
  chatTemplate?: string | undefined;
  forceChatTemplate?: boolean | undefined;
}

/** What will be served by what, and the settings that are put over each other. */
export interface Choice {
  engine: Server["engine"];
  /** Null: no model. */
  entry: RegisteredModel | null;
  servedName: string | null;
  chatTemplate: string | null;
  forceChatTemplate: boolean;
  /** Sections of the entry. */
  base: Record<string, unknown>;
  /** Sections of the preset, which go over them. */
  over: Record<string, unknown>;
}

/** Finds what was asked for in the registry. Throws MxError 2, with the nearest name, for what is not there. */
export function choose(selection: Selection, registry: Registry): Choice {
  const asked = selection.model;
  // A service is what it is: `mx-serve up postgres` needs no --engine.
  const service =
    selection.engine === undefined && asked !== undefined && isService(asked, registry);
  const given = service ? undefined : asked;
  const isPreset =
    given !== undefined && !registry.models.has(given) && registry.presets.has(given);
  const preset = bothOf(
    presetOf(isPreset ? given : undefined, registry),
    presetOf(selection.preset, registry),
  );
  const modelName = (isPreset ? undefined : given) ?? preset?.model;
  const engine = engineOf(
    service ? asked : selection.engine,
    selection,
    modelName,
    preset,
    registry,
  );
  const entry =
    modelName === undefined || engines[engine].model === "none"
      ? null
      : modelOf(modelName, registry, engine);
  const named = selection.servedModelName ?? null;
  const { revision } = selection;
  const served = entry ?? (engine === "command" && named !== null ? bare(named) : null);
  return {
    engine,
    entry: served && revision !== undefined ? { ...served, revision } : served,
    servedName: named,
    chatTemplate: selection.chatTemplate ?? preset?.chat_template ?? entry?.chat_template ?? null,
    forceChatTemplate:
      selection.forceChatTemplate ??
      preset?.force_chat_template ??
      entry?.force_chat_template ??
      false,
    base: entry === null ? {} : sectionsOf(entry),
    over: preset === undefined ? {} : sectionsOf(preset),
  };
}

function isService(name: string, registry: Registry): boolean {
  const engine = Object.hasOwn(engines, name) ? engines[name as Server["engine"]] : undefined;
  return engine?.model === "none" && !registry.models.has(name) && !registry.presets.has(name);
}

/** Two presets as one: the one that was asked for by flag goes over the other. */
function bothOf(first: Preset | undefined, second: Preset | undefined): Preset | undefined {
  if (first === undefined || second === undefined) return second ?? first;
  return mergeSettings({ ...first }, { ...second });
}

function presetOf(name: string | undefined, registry: Registry): Preset | undefined {
  if (name === undefined) return undefined;
  const preset = registry.presets.get(name);
  if (preset !== undefined) return preset;
  const names = [...registry.presets.keys()];
  const near = nearestName(name, names);
  throw settingError(
    `there is no preset ${JSON.stringify(name)}`,
    near === null ? `one of: ${names.join(", ")}` : `did you mean ${near}?`,
  );
}

function engineOf(
  name: string | undefined,
  { command }: Selection,
  model: string | undefined,
  preset: Preset | undefined,
  registry: Registry,
): Server["engine"] {
  const section = preset && serviceOf(preset);
  const fallback =
    command !== undefined && command.length > 0
      ? "command"
      : model === undefined
        ? section
        : (registry.models.get(model)?.engine ?? (model.endsWith(".gguf") ? "llama-cpp" : "vllm"));
  const engine = name ?? fallback;
  if (engine !== undefined && Object.hasOwn(engines, engine)) return engine as Server["engine"];
  const names = Object.keys(engines);
  if (engine === undefined) {
    throw settingError(
      preset === undefined
        ? "nothing says what to serve"
        : "a preset alone does not say what to serve",
      "name a model, which `mx-serve models` lists, or a service: litellm, postgres, langfuse",
    );
  }
  const near = nearestName(engine, names);
  throw settingError(
    `there is no engine ${JSON.stringify(engine)}`,
    near === null ? `one of: ${names.join(", ")}` : `did you mean ${near}?`,
  );
}

/** The service that a preset has settings of, where it has. */
function serviceOf(preset: Preset): string | undefined {
  return Object.values(engines).find(
    ({ model, section }) => model === "none" && Object.hasOwn(preset, section),
  )?.name;
}

function modelOf(name: string, registry: Registry, engine: Server["engine"]): RegisteredModel {
  const known =
    registry.models.get(name) ??
    [...registry.models.values()].find(({ hub_id: id }) => id.toLowerCase() === name.toLowerCase());
  if (known !== undefined) return isOwnFile(known.hub_id) ? located(known) : known;
  // A model that the registry does not know is served too; what is not known of it stays unknown.
  if (engine === "command") return bare(name);
  if (name.includes("/") || existsSync(name)) return located(bare(name));
  const names = [...registry.models.keys()];
  const near = nearestName(name, names);
  throw settingError(
    `there is no model ${JSON.stringify(name)}`,
    `${near === null ? "" : `did you mean ${near}? `}\`mx-serve models\` lists them; an id at the hub is ORG/NAME`,
  );
}

function bare(id: string): RegisteredModel {
  const size = id.endsWith(".gguf") && existsSync(id) ? statSync(id).size : null;
  return { key: id, hub_id: id, ...(size === null ? {} : { weights_bytes: size }) };
}

/** A path that cannot be an id at the hub. */
function isOwnFile(id: string): boolean {
  return /^\.{1,2}\//.test(id) || id.endsWith(".gguf");
}

/** A model that lies here, by its whole path: its server runs in a folder of its own. Its name stays as it was given. */
function located(model: RegisteredModel): RegisteredModel {
  const { hub_id: id, served_name: served = id } = model;
  return existsSync(id) ? { ...model, hub_id: resolve(id), served_name: served } : model;
}

function sectionsOf(entry: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(settingSections).flatMap((name) =>
      Object.hasOwn(entry, name) ? [[name, (entry as Record<string, unknown>)[name]]] : [],
    ),
  );
}
