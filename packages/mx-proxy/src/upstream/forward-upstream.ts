import { Agent, type Dispatcher } from "undici";
import { upstreamPath } from "./base-url.ts";
import { ColdStart } from "./cold-start.ts";
import { connectionPool } from "./connection-pool.ts";
import type { CallLimits } from "./forward-call.ts";
import { ForwardExchange } from "./forward-exchange.ts";
import { ModelList } from "./model-list.ts";
import type { RetryPolicy } from "./retries.ts";
import type { Exchange, Reply, Upstream, UpstreamRequest, UpstreamState } from "./upstream.ts";

export interface ForwardSettings {
  name: string;
  base: URL;
  /** The upstream's key; null: calls carry none. */
  key: string | null;
  connectTimeoutMs: number;
  limits: CallLimits;
  retries: RetryPolicy;
  /** Hears that the upstream is asleep, and that it is awake. */
  note: (text: string) => void;
}

const noRetries: RetryPolicy = { retries: 0, budgetMs: 0 };

/** Passes calls on to one OpenAI-compatible API. */
export class ForwardUpstream implements Upstream {
  readonly #settings: ForwardSettings;
  readonly #pool: Dispatcher;
  readonly #models = new ModelList(this);
  readonly #cold: ColdStart;
  #fresh: Dispatcher | null = null;
  #others: Dispatcher | null = null;

  /** Makes the upstream; nothing is asked of it yet. */
  constructor(settings: ForwardSettings) {
    this.#settings = settings;
    this.#cold = new ColdStart(settings.name, settings.note);
    this.#pool = this.#connections(settings.base.origin, true);
  }

  models(): Promise<string[]> {
    return this.#models.get();
  }

  states(): UpstreamState[] {
    const { name, base } = this.#settings;
    return [
      {
        name,
        address: base.href,
        active: 0,
        queued: 0,
        concurrency: null,
        breaker: "closed",
        waking: this.#cold.waking(),
      },
    ];
  }

  modelsSent(model: string): string[] {
    return [model];
  }

  call(request: UpstreamRequest, reply: Reply): Exchange {
    const { base, key, limits, retries } = this.#settings;
    const { method, body, once = false } = request;
    const headers =
      key === null ? request.headers : [...request.headers, "authorization", `Bearer ${key}`];
    const { origin } = base;
    const path = upstreamPath(base, request.path);
    const exchange = new ForwardExchange(
      { method, origin, path, headers, body },
      {
        name: this.#settings.name,
        reply,
        limits: once ? { ...limits, coldStartMs: 0 } : limits,
        retries: once ? noRetries : retries,
        cold: this.#cold,
        dispatcher: (to, fresh) => this.#dispatcher(to, fresh),
      },
    );
    exchange.send();
    return exchange;
  }

  async close(): Promise<void> {
    this.#cold.stop();
    await Promise.all([this.#pool.destroy(), this.#fresh?.destroy(), this.#others?.destroy()]);
  }

  #dispatcher(to: string, fresh: boolean): Dispatcher {
    const { origin } = this.#settings.base;
    if (to === origin && !fresh) return this.#pool;
    if (to === origin) return (this.#fresh ??= this.#connections(origin, false));
    // Where results lie that are read over there: each over a connection of its own.
    return (this.#others ??= new Agent({
      factory: (other) => this.#connections(new URL(other).origin, false),
    }));
  }

  #connections(origin: string, keepAlive: boolean): Dispatcher {
    const { connectTimeoutMs } = this.#settings;
    return connectionPool({ origin, connectTimeoutMs, keepAlive });
  }
}
