import { usualBreaker } from "../upstream/breaker.ts";
import { providers } from "../upstream/provider.ts";
import type { Config, ModelConfig, UpstreamConfig } from "./config.ts";
import { LitellmConfig, type Deployment } from "./litellm-config.ts";
import { readDeployment } from "./litellm-deployment.ts";
import { LitellmEnvironment } from "./litellm-environment.ts";
import { litellmUnused } from "./litellm-unused.ts";
import type { YamlFile } from "./yaml-file.ts";
import { mayBeSecret } from "./secret-header.ts";

/** Strategies that come to what is done here: the least outstanding, by weight. */
const like = new Set(["simple-shuffle", "least-busy"]);

/** What a LiteLLM configuration file says, as far as mx-proxy does the same. Throws MxError where nothing is left. */
export function readLitellmConfig(file: YamlFile, env: NodeJS.ProcessEnv): Config {
  const given = file.check(LitellmConfig);
  const reader = new Reader(given, env);
  for (const deployment of given.model_list.flatMap((one) => reader.expand(one))) {
    reader.deployment(deployment);
  }
  if (reader.upstreams.length === 0) {
    const why = reader.notes.join("; ");
    throw file.error(["model_list"], `no entry can be used: ${why}`);
  }
  reader.fallbacks();
  reader.aliases();
  return {
    upstreams: reader.upstreams,
    models: [...reader.models.values()],
    strategy: null,
    retries: given.router_settings?.num_retries ?? given.litellm_settings?.num_retries ?? null,
    secrets: [...reader.secrets],
    notes: [...reader.allNotes(), ...litellmUnused(given)].map((note) => `${file.path}: ${note}`),
  };
}

class Reader {
  readonly upstreams: UpstreamConfig[] = [];
  readonly models = new Map<string, ModelConfig>();
  readonly secrets = new Set<string>();
  readonly notes: string[] = [];
  readonly #given: LitellmConfig;
  readonly #environment: LitellmEnvironment;
  /** Keys that the file holds itself. */
  #literals = 0;

  constructor(given: LitellmConfig, env: NodeJS.ProcessEnv) {
    this.#given = given;
    this.#environment = new LitellmEnvironment(env, given.environment_variables ?? {});
  }

  /** `model: "*"` stands for every provider whose key is there. */
  expand(deployment: Deployment): Deployment[] {
    const { model_name, litellm_params } = deployment;
    if (litellm_params.model !== "*") return [deployment];
    const { env } = this.#environment;
    const there = Object.entries(providers).filter(
      ([, { base, keyEnv }]) => base !== null && (env[keyEnv] ?? "") !== "",
    );
    const all = there.map(([provider]) => ({
      ...deployment,
      model_name: model_name.replace(/\*$/, `${provider}/*`),
      litellm_params: { ...litellm_params, model: `${provider}/*` },
    }));
    // What names no provider is OpenAI's.
    return [...all, { ...deployment, litellm_params: { ...litellm_params, model: "openai/*" } }];
  }

  deployment(given: Deployment): void {
    const filled = { ...given, litellm_params: this.#environment.fill(given.litellm_params) };
    const deployment = filled as Deployment;
    const { api_key: key } = given.litellm_params;
    if (key != null && !key.startsWith("os.environ/") && key.length >= 16) this.#literals += 1;
    const timeout =
      this.#given.router_settings?.timeout ?? this.#given.litellm_settings?.request_timeout ?? null;
    const read = readDeployment(deployment, this.#environment.env, this.#breaker(), timeout);
    if (typeof read === "string") {
      this.notes.push(`left out: ${read}`);
      return;
    }
    const upstream = { ...read.upstream, name: this.#freeName(read.upstream.name) };
    this.upstreams.push(upstream);
    if (upstream.key !== null) this.secrets.add(upstream.key);
    this.#addHeaders(given, upstream);
    const { model_name: name, litellm_params: params } = deployment;
    const model = this.models.get(name) ?? { name, targets: [], strategy: null, fallbacks: [] };
    const target = { upstream: upstream.name, model: read.model, order: params.order ?? 0 };
    model.targets.push({ ...target, weight: this.#weight(given) });
    this.models.set(name, model);
  }

  fallbacks(): void {
    const { router_settings: router, litellm_settings: settings } = this.#given;
    const everywhere = router?.default_fallbacks ?? settings?.default_fallbacks ?? [];
    const own = router?.fallbacks ?? settings?.fallbacks ?? [];
    const named = new Map(own.flatMap((one) => Object.entries(one)));
    for (const [name, names] of named) this.#checkFallbacks(name, names);
    for (const model of this.models.values()) {
      const names = named.get(model.name) ?? named.get("*") ?? everywhere;
      model.fallbacks = names.filter(
        (name): name is string => typeof name === "string" && name !== model.name,
      );
    }
  }

  aliases(): void {
    for (const [alias, value] of Object.entries(
      this.#given.router_settings?.model_group_alias ?? {},
    )) {
      const name = typeof value === "string" ? value : value.model;
      const model = this.models.get(name);
      if (model === undefined)
        this.notes.push(`model_group_alias ${alias}: there is no model ${name}`);
      else this.models.set(alias, { ...model, name: alias });
    }
  }

  allNotes(): string[] {
    const notes = [...this.notes];
    const missing = [...this.#environment.missing];
    if (missing.length > 0) notes.push(`not set: ${missing.map((name) => `$${name}`).join(", ")}`);
    if (this.#literals > 0) {
      notes.push(
        `it holds keys itself, which everybody can read who can read the file: write os.environ/NAME for them`,
      );
    }
    const strategy = this.#given.router_settings?.routing_strategy;
    if (strategy != null && !like.has(strategy)) {
      notes.push(
        `router_settings.routing_strategy ${strategy} is not there: the upstream with the least under way is asked, by weight`,
      );
    }
    return notes;
  }

  #breaker() {
    const { router_settings: router, litellm_settings: settings } = this.#given;
    const allowed = router?.allowed_fails ?? settings?.allowed_fails;
    const seconds = router?.cooldown_time ?? settings?.cooldown_time;
    return {
      failures: allowed == null ? usualBreaker.failures : allowed + 1,
      coolDownMs: seconds == null ? usualBreaker.coolDownMs : seconds * 1000,
    };
  }

  /** As LiteLLM's simple shuffle weighs: by weight where one of the group has it, else by rpm, else by tpm. */
  #weight(given: Deployment): number {
    const group = this.#given.model_list.filter(
      ({ model_name }) => model_name === given.model_name,
    );
    for (const key of ["weight", "rpm", "tpm"] as const) {
      if (group.some(({ litellm_params }) => litellm_params[key] !== undefined)) {
        return given.litellm_params[key] ?? 1;
      }
    }
    return 1;
  }

  #addHeaders(given: Deployment, { headers }: UpstreamConfig): void {
    for (const [name, value] of headers) {
      const original = Object.entries(given.litellm_params.extra_headers ?? {}).find(
        ([one]) => one.toLowerCase() === name,
      );
      if (original?.[1].startsWith("os.environ/") === true) this.secrets.add(value);
      if (mayBeSecret(name)) this.secrets.add(value);
    }
  }

  #checkFallbacks(name: string, names: readonly unknown[]): void {
    const lost = names.filter((one) => typeof one !== "string" || !this.models.has(one));
    if (lost.length > 0) {
      const texts = lost.map((one) => (typeof one === "string" ? one : JSON.stringify(one)));
      this.notes.push(`fallbacks of ${name}: there is no model ${texts.join(", ")}`);
    }
  }

  #freeName(name: string): string {
    const taken = new Set(this.upstreams.map((upstream) => upstream.name));
    let free = name;
    for (let count = 2; taken.has(free); count += 1) free = `${name}-${count}`;
    return free;
  }
}
