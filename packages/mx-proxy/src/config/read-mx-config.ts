import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { usualBreaker } from "../upstream/breaker.ts";
import { providers } from "../upstream/provider.ts";
import { addressOf } from "./address-of.ts";
import type { Config, ModelConfig, ModelTarget, UpstreamConfig } from "./config.ts";
import { MxConfig, type MxModel, type MxTarget, type MxUpstream } from "./mx-config.ts";
import { mayBeSecret } from "./secret-header.ts";
import type { YamlFile } from "./yaml-file.ts";

/** Headers whose value lets the caller in. */
const secretHeaders = /^(authorization|api-key|x-api-key|cookie|modal-key|modal-secret)$/i;

/** The configuration that a file of mx-proxy's own kind holds. Throws MxError that says where it is wrong. */
export function readMxConfig(file: YamlFile, env: NodeJS.ProcessEnv): Config {
  const given = file.check(MxConfig);
  const reader = new Reader(file, env);
  const upstreams = given.upstreams.map((upstream, at) =>
    reader.upstream(upstream, { ...given.breaker, ...upstream.breaker }, at),
  );
  const names = upstreams.map(({ name }) => name);
  const twice = names.findIndex((name, at) => names.indexOf(name) !== at);
  if (twice !== -1) {
    throw file.error(["upstreams", twice], `there are two upstreams called ${names[twice]}`);
  }
  const models = Object.entries(given.models).map(([name, model]) =>
    reader.model(name, model, names),
  );
  for (const { name, fallbacks } of models) {
    const lost = fallbacks.find((fallback) => given.models[fallback] === undefined);
    if (lost !== undefined)
      throw file.error(["models", name], `there is no model ${lost} to fall back to`);
  }
  return {
    upstreams,
    models,
    strategy: given.strategy ?? null,
    retries: given.retries ?? null,
    secrets: reader.secrets,
    notes: [],
  };
}

/** The variable of a provider's key, which no other host gets unless it is named for it. */
function usualVariable(provider: string, url: string | undefined): string {
  const { base = null, keyEnv = "" } = providers[provider] ?? {};
  const elsewhere = base !== null && url !== undefined && new URL(base).host !== hostOf(url);
  return elsewhere ? "" : keyEnv;
}

function hostOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).host : null;
}

class Reader {
  readonly secrets: string[] = [];
  readonly #file: YamlFile;
  readonly #env: NodeJS.ProcessEnv;

  constructor(file: YamlFile, env: NodeJS.ProcessEnv) {
    this.#file = file;
    this.#env = env;
  }

  upstream(
    given: MxUpstream,
    breaker: NonNullable<MxUpstream["breaker"]>,
    at: number,
  ): UpstreamConfig {
    const place = ["upstreams", at];
    const { limits } = given;
    const base = given.base_url ?? providers[given.provider]?.base ?? null;
    if (base === null) {
      throw this.#file.error(place, `${given.name}: ${given.provider} needs a base_url`);
    }
    if (given.provider === "azure" && given.api_version === undefined) {
      throw this.#file.error(place, `${given.name}: azure needs an api_version`);
    }
    return {
      name: given.name,
      provider: given.provider,
      base: this.#base(given.provider, base, [...place, "base_url"]),
      key: this.#key(given, place),
      headers: Object.entries(given.headers).map(([name, value]) => [
        name.toLowerCase(),
        this.#header(name, value, [...place, "headers", name]),
      ]),
      apiVersion: given.api_version ?? null,
      direct: true,
      models: given.models ?? null,
      limits: {
        concurrency: limits.concurrency ?? null,
        requestsPerMinute: limits.requests_per_minute ?? null,
        tokensPerMinute: limits.tokens_per_minute ?? null,
      },
      breaker: {
        failures: breaker.failures ?? usualBreaker.failures,
        coolDownMs: (breaker.cool_down_seconds ?? usualBreaker.coolDownMs / 1000) * 1000,
      },
      usdPerHour: given.usd_per_hour ?? null,
      firstByteMs: given.first_byte_timeout === undefined ? null : given.first_byte_timeout * 1000,
    };
  }

  model(name: string, given: MxModel, upstreams: readonly string[]): ModelConfig {
    const whole = typeof given === "object" && "targets" in given ? given : null;
    const list = whole?.targets ?? (Array.isArray(given) ? given : [given as MxTarget]);
    return {
      name,
      targets: list.map((target) => this.#target(name, target, upstreams)),
      strategy: whole?.strategy ?? null,
      fallbacks: whole?.fallbacks ?? [],
    };
  }

  #target(name: string, given: MxTarget, upstreams: readonly string[]): ModelTarget {
    if (typeof given === "object") {
      const { upstream, model = null, order, weight } = given;
      if (!upstreams.includes(upstream)) throw this.#noUpstream(name, upstream, upstreams);
      return { upstream, model, order, weight };
    }
    const upstream = upstreams.find((one) => given === one || given.startsWith(`${one}/`));
    if (upstream === undefined) throw this.#noUpstream(name, given, upstreams);
    const model = given === upstream ? null : given.slice(upstream.length + 1);
    return { upstream, model, order: 0, weight: 1 };
  }

  #noUpstream(model: string, given: string, upstreams: readonly string[]): Error {
    const message = `${model}: ${given} is not at an upstream (there are ${upstreams.join(", ")})`;
    return this.#file.error(
      ["models", model],
      message,
      "write UPSTREAM/MODEL, or an object with both",
    );
  }

  #base(provider: string, base: string, place: PropertyKey[]): URL {
    try {
      return addressOf(provider, base);
    } catch (error) {
      throw this.#file.error(place, (error as Error).message);
    }
  }

  #key(
    { name, provider, base_url: url, api_key_env: variable, api_key_file: path }: MxUpstream,
    place: PropertyKey[],
  ): string | null {
    if (path !== undefined) return this.#secret(this.#keyFile(path, [...place, "api_key_file"]));
    const own = variable ?? usualVariable(provider, url);
    const value = this.#env[own]?.trim() ?? "";
    if (value === "" && variable !== undefined) {
      throw this.#file.error(
        [...place, "api_key_env"],
        `${name}: the variable ${variable} is not set`,
      );
    }
    return value === "" ? null : this.#secret(value);
  }

  #keyFile(path: string, place: PropertyKey[]): string {
    try {
      const key = readFileSync(resolve(dirname(this.#file.path), path), "utf8").trim();
      if (/^[\x21-\x7e]+$/.test(key)) return key;
    } catch (error) {
      throw this.#file.error(place, `the key cannot be read: ${(error as Error).message}`);
    }
    throw this.#file.error(place, "the file holds no key, or more than a key");
  }

  #header(name: string, value: string | { env: string }, place: PropertyKey[]): string {
    if (typeof value === "string") {
      // Some names are those of secrets and of other things: such a value may stand there, and is masked.
      if (!secretHeaders.test(name)) return mayBeSecret(name) ? this.#secret(value) : value;
      throw this.#file.error(
        place,
        `${name}: a key is not written into the file: give {env: NAME}`,
      );
    }
    const secret = this.#env[value.env]?.trim() ?? "";
    if (secret === "")
      throw this.#file.error(place, `${name}: the variable ${value.env} is not set`);
    return this.#secret(secret);
  }

  #secret(value: string): string {
    this.secrets.push(value);
    return value;
  }
}
