import type { GpuEntry, ModelEntry, Preset } from "./model-entry.ts";

/** A model with a key, all that it extends put into it. */
export interface RegisteredModel extends ModelEntry {
  key: string;
  hub_id: string;
}

/** All models, presets and graphics cards that are known, by key. */
export interface Registry {
  models: Map<string, RegisteredModel>;
  presets: Map<string, Preset>;
  gpus: Map<string, GpuEntry>;
}
