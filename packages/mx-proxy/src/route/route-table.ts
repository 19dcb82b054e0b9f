import type { Config, ModelConfig, Strategy } from "../config/config.ts";
import type { Api } from "../upstream/api.ts";
import type { Candidate } from "./balance.ts";
import { Route } from "./route.ts";
import { fill, Wildcard } from "./wildcard.ts";

/** Routes that are remembered, so that they remember who was given how much; clients can make up any number of names. */
const mostRemembered = 1000;

interface Pattern {
  wildcard: Wildcard;
  model: ModelConfig;
}

/** Which upstreams answer for which models, as one configuration says. It never changes. */
export class RouteTable {
  /** Calls that go by it. */
  calls = 0;
  readonly apis: readonly Api[];
  /** Names that the configuration gives to models. */
  readonly names: readonly string[];
  readonly #strategy: Strategy;
  readonly #byName: ReadonlyMap<string, Api>;
  readonly #named = new Map<string, Route>();
  readonly #patterns: Pattern[] = [];
  readonly #made = new Map<string, Route>();
  /** Those that can be asked for by name, longer names first. */
  readonly #direct: readonly Api[];
  /** Takes what names no model. */
  readonly #first: Route | null;
  /** Takes any model; null: there is more than one upstream, or names are all that it answers to. */
  readonly #sole: Route | null;

  /** The configuration, and its upstreams in the same order. */
  constructor({ models, strategy }: Config, apis: readonly Api[]) {
    this.apis = apis;
    this.#strategy = strategy ?? "least_outstanding";
    this.#byName = new Map(apis.map((api) => [api.name, api]));
    const [first] = apis;
    this.#first = first === undefined ? null : this.#routeTo([first], null);
    this.#direct = apis
      .filter(({ settings }) => settings.direct)
      .sort((a, b) => b.name.length - a.name.length);
    this.#sole = apis.length === 1 && this.#direct.length === 1 ? this.#first : null;
    for (const model of models) {
      // An upstream of stdin may not be there yet, or not any more.
      if (!model.targets.some(({ upstream }) => this.#byName.has(upstream))) continue;
      if (!model.name.includes("*")) this.#named.set(model.name, this.#route(model, []));
      else this.#patterns.push({ wildcard: new Wildcard(model.name), model });
    }
    this.#patterns.sort((a, b) => b.wildcard.weight - a.wildcard.weight);
    this.names = [...this.#named.keys()];
  }

  /** True: there is one upstream, and whatever is asked is for it. */
  get isTransparent(): boolean {
    return this.#sole !== null && this.#named.size === 0 && this.#patterns.length === 0;
  }

  /** The route of calls for a model, or of calls that name none; null: nobody is known to have it. */
  find(model: string | null): Route | null {
    if (model === null) return this.#first;
    return (
      this.#named.get(model) ??
      this.#listed(model) ??
      this.#made.get(model) ??
      this.#prefixed(model) ??
      this.#matching(model) ??
      this.#sole
    );
  }

  /** The upstreams that list it themselves. */
  #listed(model: string): Route | null {
    if (this.apis.length < 2) return null;
    for (const { models } of this.#direct) if (models.ids.size === 0) void models.refresh();
    const apis = this.apis.filter((api) => api.settings.direct && api.models.ids.has(model));
    if (apis.length === 0) return null;
    const known = this.#made.get(model);
    const same =
      known?.candidates.length === apis.length &&
      known.candidates.every(({ api }, at) => api === apis[at]);
    return same ? known : this.#remember(model, this.#routeTo(apis, null));
  }

  /** `upstream/model` */
  #prefixed(model: string): Route | null {
    const api = this.#direct.find(({ name }) => model.startsWith(`${name}/`));
    const rest = model.slice((api?.name.length ?? 0) + 1);
    if (api === undefined || rest === "") return null;
    return this.#remember(model, this.#routeTo([api], rest));
  }

  #matching(model: string): Route | null {
    for (const { wildcard, model: config } of this.#patterns) {
      const texts = wildcard.match(model);
      if (texts !== null) return this.#remember(model, this.#route(config, texts));
    }
    return null;
  }

  #remember(model: string, route: Route): Route {
    if (this.#made.size >= mostRemembered) this.#made.clear();
    this.#made.set(model, route);
    return route;
  }

  #routeTo(apis: readonly Api[], model: string | null): Route {
    const candidates = apis.map((api) => ({ api, model, weight: 1, served: 0 }));
    return new Route([candidates], this.#strategy, []);
  }

  #route({ targets, strategy, fallbacks }: ModelConfig, texts: readonly string[]): Route {
    const tiers = new Map<number, Candidate[]>();
    for (const { upstream, model, order, weight } of targets) {
      const api = this.#byName.get(upstream);
      if (api === undefined) continue;
      const tier = tiers.get(order) ?? [];
      tier.push({ api, model: model === null ? null : fill(model, texts), weight, served: 0 });
      tiers.set(order, tier);
    }
    const ordered = [...tiers].sort(([a], [b]) => a - b).map(([, tier]) => tier);
    return new Route(ordered, strategy ?? this.#strategy, fallbacks);
  }
}
