import type { ApiSettings } from "../upstream/api.ts";

/** How one upstream is chosen among those that would do. */
export const strategies = ["least_outstanding", "sticky"] as const;
export type Strategy = (typeof strategies)[number];

/** One upstream that answers for a model. */
export interface ModelTarget {
  /** Name of the upstream. */
  upstream: string;
  /** Name of the model there; null: the one that was asked for. Each * stands for what a * of the name stood for. */
  model: string | null;
  /** Those of a lower order go first; the others answer where none of them can. */
  order: number;
  /** Share of the calls that it gets among those of its order. */
  weight: number;
}

/** A name that callers can ask for. */
export interface ModelConfig {
  /** Each * in it stands for any text. */
  name: string;
  targets: ModelTarget[];
  /** Null: as for all. */
  strategy: Strategy | null;
  /** Other names that answer, in this order, once all tries have failed. */
  fallbacks: string[];
}

/** An upstream, without what is the same for all of them. */
export type UpstreamConfig = Omit<ApiSettings, "connectTimeoutMs">;

/** What the proxy passes calls on to, from wherever it was read. */
export interface Config {
  upstreams: UpstreamConfig[];
  models: ModelConfig[];
  /** Null: nobody says. */
  strategy: Strategy | null;
  /** Tries after the first; null: nobody says. */
  retries: number | null;
  /** Keys and the like, to be masked. */
  secrets: string[];
  /** What people should know of it, such as settings that mean nothing here. */
  notes: string[];
}

export const emptyConfig: Config = {
  upstreams: [],
  models: [],
  strategy: null,
  retries: null,
  secrets: [],
  notes: [],
};

/** Several configurations as one. What a later one says of the same name goes before what an earlier one says. */
export function mergeConfigs(configs: readonly Config[]): Config {
  const upstreams = new Map<string, UpstreamConfig>();
  const models = new Map<string, ModelConfig>();
  let { strategy, retries } = emptyConfig;
  for (const config of configs) {
    for (const upstream of config.upstreams) upstreams.set(upstream.name, upstream);
    for (const model of config.models) models.set(model.name, model);
    strategy = config.strategy ?? strategy;
    retries = config.retries ?? retries;
  }
  return {
    upstreams: [...upstreams.values()],
    models: [...models.values()],
    strategy,
    retries,
    secrets: configs.flatMap(({ secrets }) => secrets),
    notes: configs.flatMap(({ notes }) => notes),
  };
}
