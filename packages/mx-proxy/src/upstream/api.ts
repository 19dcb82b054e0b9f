import type { Dispatcher } from "undici";
import { HourlyMeter } from "../prices/hourly-cost.ts";
import { Breaker, type BreakerSettings } from "./breaker.ts";
import { ColdStart } from "./cold-start.ts";
import { Connections } from "./connections.ts";
import { Gate, type ApiLimits } from "./gate.ts";
import { ModelList } from "./model-list.ts";
import { providerHeaders, providerPath, type Address } from "./provider.ts";
import type { Target } from "./result-url.ts";
import { spliceModel } from "./splice-model.ts";
import type { UpstreamRequest, UpstreamState } from "./upstream.ts";

export interface ApiSettings extends Address {
  name: string;
  /** True: it can be asked for its models by their own names; false: only by those that the configuration gives. */
  direct: boolean;
  /** Models that it serves; null: it is asked. */
  models: readonly string[] | null;
  limits: ApiLimits;
  breaker: BreakerSettings;
  /** What it costs per hour; null: it is paid by token. */
  usdPerHour: number | null;
  connectTimeoutMs: number;
  /** For its first byte, in ms; null: as for all. */
  firstByteMs: number | null;
}

/** One API that calls are passed on to: how to reach it, what it may be asked, and how it is doing. */
export class Api {
  readonly settings: ApiSettings;
  readonly gate: Gate;
  readonly breaker: Breaker;
  readonly cold: ColdStart;
  readonly models: ModelList;
  /** Null: it is not paid by the hour. */
  readonly meter: HourlyMeter | null;
  readonly #connections: Connections;

  /** Makes the API; nothing is asked of it yet. `note` hears when it is asleep and awake, `passed` when it is passed over and back. */
  constructor(
    settings: ApiSettings,
    note: (text: string) => void,
    passed: (text: string) => void = note,
  ) {
    const { name, base, connectTimeoutMs } = settings;
    this.settings = settings;
    this.meter = settings.usdPerHour === null ? null : new HourlyMeter(settings.usdPerHour);
    this.gate = new Gate(settings.limits);
    this.breaker = new Breaker(name, settings.breaker, passed);
    this.cold = new ColdStart(name, note);
    this.#connections = new Connections(base.origin, connectTimeoutMs);
    this.models = new ModelList(this);
  }

  get name(): string {
    return this.settings.name;
  }

  /** True: nothing speaks against sending it a call. */
  get available(): boolean {
    return this.breaker.allows && !this.gate.paused;
  }

  state(): UpstreamState {
    const { gate } = this;
    return {
      name: this.name,
      address: this.settings.base.href,
      active: gate.active,
      queued: gate.queued,
      concurrency: gate.concurrency,
      breaker: this.breaker.state,
      waking: this.cold.waking(),
    };
  }

  /** The call as it is sent to this API. `model` null: it is asked for the model that the call names, if it names one. */
  target({ method, path, headers, body, asked }: UpstreamRequest, model: string | null): Target {
    const { settings } = this;
    return {
      method,
      origin: settings.base.origin,
      path: providerPath(settings, path, model ?? asked.model),
      headers: providerHeaders(settings, path, headers),
      body:
        model === null || asked.model === null || body === null ? body : spliceModel(body, model),
    };
  }

  /** What sends to an origin; with `fresh` over a connection that was never used before. */
  dispatcher(origin: string, fresh: boolean): Dispatcher {
    return this.#connections.to(origin, fresh);
  }

  async close(): Promise<void> {
    this.cold.stop();
    this.gate.stop();
    await this.#connections.close();
  }
}
