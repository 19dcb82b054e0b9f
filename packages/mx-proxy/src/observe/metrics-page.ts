import { Registry } from "prom-client";
import type { Proxy } from "../call/proxy.ts";
import { usdOf } from "../prices/money.ts";
import type { CallCounters } from "./call-counters.ts";
import { makeCounter, makeGauge, makeHistogram, type Labels } from "./filled-metric.ts";

/** What is counted, in the text format of Prometheus. Made anew for each reader, so that calls pay nothing for it. */
export async function metricsPage(
  proxy: Proxy,
  version: string,
): Promise<{ type: string; text: string }> {
  const registry = new Registry();
  proxy.metrics.know(await proxy.upstream.models());
  gauges(registry, proxy, version);
  calls(registry, proxy);
  return { type: registry.contentType, text: await registry.metrics() };
}

function gauges(registry: Registry, proxy: Proxy, version: string): void {
  const gauge = makeGauge.bind(null, registry);
  gauge("info", "Version of mx-proxy", [[{ version }, 1]]);
  gauge("active_calls", "Calls that are under way", [[{}, proxy.calls.size]]);
  const states = proxy.upstream.states();
  const each = (value: (state: (typeof states)[number]) => number): [Labels, number][] =>
    states.map((state) => [{ upstream: state.name }, value(state)]);
  gauge(
    "upstream_active",
    "Calls that an upstream is working on",
    each(({ active }) => active),
  );
  gauge(
    "upstream_queued",
    "Calls that wait for a place at an upstream",
    each(({ queued }) => queued),
  );
  gauge(
    "upstream_waking_calls",
    "Calls that wait for an upstream to wake up",
    each(({ waking }) => waking?.calls ?? 0),
  );
  const breakers = ["closed", "half_open", "open"] as const;
  gauge(
    "upstream_breaker",
    "1 for the state that an upstream's circuit breaker is in",
    states.flatMap(({ name, breaker }) =>
      breakers.map((state): [Labels, number] => [
        { upstream: name, state },
        state === breaker ? 1 : 0,
      ]),
    ),
  );
  const { run, trials } = proxy.budgets.state();
  const amounts = (budget: Record<string, number> | null): [Labels, number][] =>
    Object.entries(budget ?? {}).map(([what, value]) => [{ what }, value]);
  gauge("budget_usd", "Limit of the run's budget, spent and reserved", amounts(run.usd));
  gauge("budget_tokens", "Limit of the run's budget, spent and reserved", amounts(run.tokens));
  gauge("budget_trials", "Trials with a budget of their own", [
    [{ what: "all" }, trials.budgets],
    [{ what: "at_limit" }, trials.at_limit],
  ]);
  if (proxy.mcp !== null) {
    makeCounter(
      registry,
      "mcp_calls_total",
      "Calls of MCP servers behind the proxy, by how they ended",
      [...proxy.mcp.counts].map(([name, count]) => {
        const [server = "", state = ""] = name.split("\n");
        return [{ server, state }, count];
      }),
    );
  }
  const spans = proxy.traces?.counts();
  if (spans !== undefined) {
    makeCounter(
      registry,
      "spans_total",
      "Spans of traces, by what became of them",
      Object.entries(spans).map(([state, count]) => [{ state }, count]),
    );
  }
}

function calls(registry: Registry, proxy: Proxy): void {
  const all = proxy.metrics.all();
  const counter = makeCounter.bind(null, registry);
  const each = (value: (one: CallCounters) => number): [Labels, number][] =>
    all.map(({ upstream, model, counters }) => [{ upstream, model }, value(counters)]);
  const split = (
    values: (one: CallCounters) => Iterable<[string, number]>,
    labels: (name: string) => Labels,
  ): [Labels, number][] =>
    all.flatMap(({ upstream, model, counters }) =>
      [...values(counters)].map(([name, value]): [Labels, number] => [
        { upstream, model, ...labels(name) },
        value,
      ]),
    );
  counter(
    "requests_total",
    "Calls that have ended",
    split(
      ({ requests }) => requests,
      (name) => {
        const [status = "", state = ""] = name.split(" ");
        return { status, state };
      },
    ),
  );
  counter(
    "tokens_total",
    "Tokens that replies have reported; cached_input is part of input, reasoning of output",
    split(
      ({ tokens }) => Object.entries(tokens),
      (kind) => ({ kind }),
    ),
  );
  counter(
    "cache_total",
    "Calls by what the cache said",
    split(
      ({ cache }) => cache,
      (cache) => ({ cache }),
    ),
  );
  counter(
    "cost_usd_total",
    "USD, where the cost is known",
    each((one) => usdOf(one.picoUsd)),
  );
  counter(
    "unknown_cost_total",
    "Calls whose cost is not known",
    each((one) => one.withoutCost),
  );
  counter(
    "unknown_usage_total",
    "Calls whose tokens are not known",
    each((one) => one.withoutUsage),
  );
  counter(
    "retries_total",
    "Tries after the first",
    each((one) => one.retries),
  );
  counter(
    "queue_seconds_total",
    "Time that calls waited for a place at an upstream",
    each((one) => one.queued),
  );
  makeHistogram(
    registry,
    "request_duration_seconds",
    "From arrival to the end of the reply",
    all.map((one) => [one, one.counters.duration]),
  );
  makeHistogram(
    registry,
    "time_to_first_byte_seconds",
    "From arrival to the first byte of the reply's body",
    all.map((one) => [one, one.counters.firstByte]),
  );
}
