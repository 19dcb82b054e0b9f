import { nearestName } from "@mx/cli";
import { expectedTokens } from "../budget/estimate.ts";
import type { Refusal } from "../call/openai-error.ts";
import { emptyConfig, type Config } from "../config/config.ts";
import { ResultClaim } from "../journal/result-claim.ts";
import type { ResultJournal } from "../journal/result-journal.ts";
import { WrappedExchange } from "../stored/wrapped-exchange.ts";
import { Api } from "../upstream/api.ts";
import type { CallLimits } from "../upstream/forward-call.ts";
import { ForwardExchange } from "../upstream/forward-exchange.ts";
import { listed, type ListedModel } from "../upstream/listed-model.ts";
import type { RetryPolicy } from "../upstream/retries.ts";
import type {
  Exchange,
  Reply,
  Upstream,
  UpstreamRequest,
  UpstreamState,
} from "../upstream/upstream.ts";
import { ownAnswer, ownError } from "./own-answer.ts";
import { RoutePicker } from "./route-picker.ts";
import { RouteTable } from "./route-table.ts";
import type { Route } from "./route.ts";

export interface RouterSettings {
  connectTimeoutMs: number;
  limits: CallLimits;
  retries: RetryPolicy;
  /** Results that upstreams work on by themselves. */
  results: ResultJournal;
  /** Hears how upstreams are doing. */
  note: (text: string) => void;
}

const modelsPath = /^\/v1\/models(\/|\?|$)/;

/** So many names are told to whoever asks for a model that is not there. */
const mostTold = 20;

/** Passes each call on to an upstream that has the model. */
export class Router implements Upstream {
  readonly #settings: RouterSettings;
  #table = new RouteTable(emptyConfig, []);
  #retries: RetryPolicy;
  /** Those that calls still go by. */
  readonly #former = new Set<RouteTable>();
  /** What ends with the router. */
  readonly closed: (() => void)[] = [];

  constructor(settings: RouterSettings) {
    this.#settings = settings;
    this.#retries = settings.retries;
  }

  /** From now on calls go by this configuration. Those that are under way end as they began. */
  use(config: Config): void {
    const { connectTimeoutMs, note, retries } = this.#settings;
    const known = new Map(this.#table.apis.map((api) => [JSON.stringify(api.settings), api]));
    // A lone upstream is asked all the same, whatever is thought of it.
    const passed = (text: string) => (this.#table.apis.length > 1 ? note(text) : undefined);
    const apis = config.upstreams.map((upstream) => {
      const settings = { ...upstream, connectTimeoutMs };
      return known.get(JSON.stringify(settings)) ?? new Api(settings, note, passed);
    });
    this.#former.add(this.#table);
    this.#table = new RouteTable(config, apis);
    this.#retries = { ...retries, retries: config.retries ?? retries.retries };
    this.#closeUnused();
  }

  async models(): Promise<string[]> {
    return (await this.#list()).map(({ id }) => id);
  }

  states(): UpstreamState[] {
    return this.#table.apis.map((api) => api.state());
  }

  modelsSent(model: string): string[] {
    const names = this.#routesOf(model).flatMap(({ candidates }) =>
      candidates.map((candidate) => candidate.model ?? model),
    );
    return names.length === 0 ? [model] : [...new Set(names)];
  }

  paidByHour(model: string): boolean {
    const candidates = this.#routesOf(model).flatMap((route) => route.candidates);
    return candidates.length > 0 && candidates.every(({ api }) => api.meter !== null);
  }

  call(request: UpstreamRequest, reply: Reply): Exchange {
    const table = this.#table;
    const { method, asked } = request;
    if (method === "GET" && !table.isTransparent && modelsPath.test(request.path)) {
      return this.#later(reply, (exchange) => this.#answer(exchange, request, reply));
    }
    const route = table.find(asked.model);
    if (route !== null) return this.#forward(table, route, request, reply);
    // Perhaps one of the upstreams has it, which nobody has asked for a while.
    return this.#later(reply, async (exchange) => {
      await this.#refresh();
      if (exchange.over) return;
      const found = this.#table.find(asked.model);
      exchange.enter(
        found === null
          ? ownError(reply, request.path, await this.#unknown(asked.model))
          : this.#forward(this.#table, found, request, reply),
      );
    });
  }

  async close(): Promise<void> {
    for (const close of this.closed) close();
    const apis = new Set([this.#table, ...this.#former].flatMap((table) => table.apis));
    await Promise.all([...apis].map((api) => api.close()));
    await this.#settings.results.close();
  }

  #forward(table: RouteTable, route: Route, request: UpstreamRequest, reply: Reply): Exchange {
    const { path, body, asked } = request;
    const fallbacks = route.fallbacks.flatMap((name) => table.find(name) ?? []);
    const tables = [table];
    const exchange = new ForwardExchange({
      request,
      reply,
      limits: this.#settings.limits,
      retries: this.#retries,
      lanes: new RoutePicker(request, route, fallbacks, () => this.#moved(asked.model, tables)),
      results: new ResultClaim(this.#settings.results, request),
      tokens: route.countsTokens ? expectedTokens(path, body?.length ?? 0, asked) : 0,
      over: () => {
        for (const one of tables) one.calls -= 1;
        if (tables.some((one) => one !== this.#table)) this.#closeUnused();
      },
    });
    table.calls += 1;
    exchange.start();
    return exchange;
  }

  /** The route of a model in the present table, which the call uses besides its former ones from now on; null: as before. */
  #moved(model: string | null, tables: RouteTable[]): Route | null {
    if (tables.at(-1) === this.#table) return null;
    const route = this.#table.find(model);
    if (route === null) return null;
    tables.push(this.#table);
    this.#table.calls += 1;
    return route;
  }

  #later(reply: Reply, answer: (exchange: WrappedExchange) => Promise<void>): Exchange {
    const exchange = new WrappedExchange(() => {});
    answer(exchange).catch((error: unknown) => {
      reply.fail({ code: "internal_error", message: String(error) });
    });
    return exchange;
  }

  /** `GET /v1/models`, and of one of them. */
  async #answer(exchange: WrappedExchange, request: UpstreamRequest, reply: Reply): Promise<void> {
    const models = await this.#list();
    if (exchange.over) return;
    const [path = ""] = request.path.split("?", 1);
    const id = decoded(path.slice("/v1/models/".length));
    if (id === "") {
      const body = JSON.stringify({ object: "list", data: models });
      return exchange.enter(ownAnswer(reply, 200, body));
    }
    const model = models.find((one) => one.id === id);
    exchange.enter(
      model === undefined
        ? ownError(reply, path, await this.#unknown(id))
        : ownAnswer(reply, 200, JSON.stringify(model)),
    );
  }

  /** The names that the configuration gives, and what the upstreams list that can be asked for it. */
  async #list(): Promise<ListedModel[]> {
    const { apis, names } = this.#table;
    const direct = apis.filter(({ settings }) => settings.direct);
    const lists = await Promise.all(direct.map(({ models }) => models.get()));
    const all = new Map(names.map((name) => [name, listed(name, "mx-proxy")]));
    for (const model of lists.flat()) if (!all.has(model.id)) all.set(model.id, model);
    return [...all.values()];
  }

  async #refresh(): Promise<void> {
    await Promise.all(this.#table.apis.map(({ models }) => models.refresh()));
  }

  async #unknown(model: string | null): Promise<Refusal> {
    if (this.#table.apis.length === 0) {
      return { status: 503, code: "no_upstream", message: "there is no upstream at the moment" };
    }
    const asked = (model ?? "").slice(0, 300);
    const names = await this.models();
    const near = nearestName(asked, names);
    const told = names.slice(0, mostTold).join(", ");
    const message =
      `there is no model ${asked} here` +
      (near === null ? "" : `; did you mean ${near}?`) +
      (names.length === 0
        ? ""
        : ` (there are ${told}${names.length > mostTold ? ", and others" : ""})`);
    return { status: 404, code: "model_not_found", message };
  }

  #routesOf(model: string): Route[] {
    const route = this.#table.find(model);
    if (route === null) return [];
    return [route, ...route.fallbacks.flatMap((name) => this.#table.find(name) ?? [])];
  }

  /** Lets go of upstreams that the configuration has no more, once no call goes to them. */
  #closeUnused(): void {
    const before = [...this.#former];
    for (const table of before) if (table.calls === 0) this.#former.delete(table);
    const used = new Set([this.#table, ...this.#former].flatMap((table) => table.apis));
    for (const { apis } of before) {
      for (const api of apis) if (!used.has(api)) void api.close();
    }
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
