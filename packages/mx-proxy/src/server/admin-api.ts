import type { IncomingMessage, ServerResponse } from "node:http";
import { openaiError, type Refusal } from "../call/openai-error.ts";
import type { Proxy } from "../call/proxy.ts";

export interface AdminInfo {
  version: string;
  /** Path of the unix socket; null: none. */
  socket: string | null;
}

interface Page {
  status: number;
  type: string;
  text: string;
}

/** Answers /metrics and what is asked below /mx, for the bearer of the admin key. */
export async function adminApi(
  proxy: Proxy,
  info: AdminInfo,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  request.resume();
  const { status, type, text } = await page(proxy, info, request);
  const challenge = status === 401 ? { "www-authenticate": "Bearer" } : {};
  response.writeHead(status, { "content-type": type, ...challenge });
  response.end(text);
}

async function page(proxy: Proxy, info: AdminInfo, request: IncomingMessage): Promise<Page> {
  const caller = await proxy.keys.identify(request.headers);
  if ("status" in caller) return refusal(caller);
  if (caller.trial !== null) {
    const message = "this page takes the admin key; a trial key is good for model calls only";
    return refusal({ status: 401, code: "invalid_api_key", message });
  }
  const url = new URL(request.url ?? "/", "http://localhost");
  switch (`${request.method} ${url.pathname}`) {
    case "GET /mx/status":
      return json(await statusOf(proxy, info));
    case "GET /mx/usage":
      return usage(proxy, url.searchParams);
    case "DELETE /mx/usage":
      return forget(proxy, url.searchParams);
    case "GET /metrics": {
      // Loaded here, because most proxies are never asked.
      const { metricsPage } = await import("../observe/metrics-page.ts");
      return { status: 200, ...(await metricsPage(proxy, info.version)) };
    }
    default: {
      const message = "there are GET /mx/status, GET and DELETE /mx/usage, and GET /metrics";
      return refusal({ status: 404, code: "unknown_path", message });
    }
  }
}

async function statusOf(proxy: Proxy, { version, socket }: AdminInfo): Promise<object> {
  const { upstream, calls, budgets, traces } = proxy;
  return {
    engine: "mx-proxy",
    version,
    socket,
    models: await upstream.models(),
    active: calls.size,
    upstreams: upstream.states(),
    budget: budgets.state(),
    mcp: proxy.mcp?.states() ?? [],
    traces: traces === null ? null : { target: traces.target, ...traces.counts() },
  };
}

function usage({ totals }: Proxy, query: URLSearchParams): Page {
  if (query.has("key") || query.has("attempt")) {
    const attempt = attemptOf(query);
    return "status" in attempt
      ? attempt
      : json(totals.read(attempt.key, attempt.attempt, attempt.run));
  }
  const run = query.get("run");
  return json(run === null ? totals.whole() : totals.run(run));
}

function forget({ totals }: Proxy, query: URLSearchParams): Page {
  const attempt = attemptOf(query);
  if ("status" in attempt) return attempt;
  return json({ aborted: totals.forget(attempt.key, attempt.attempt, attempt.run) });
}

function attemptOf(
  query: URLSearchParams,
): { key: string; attempt: number; run: string | null } | Page {
  const key = query.get("key") ?? "";
  const attempt = query.get("attempt") ?? "";
  if (key !== "" && /^\d{1,15}$/.test(attempt)) {
    return { key, attempt: Number(attempt), run: query.get("run") };
  }
  const message = "give the trial's key and its attempt: /mx/usage?key=HEX&attempt=N";
  return refusal({ status: 400, code: "bad_query", message });
}

function json(value: object): Page {
  return { status: 200, type: "application/json", text: JSON.stringify(value) };
}

function refusal(refused: Refusal): Page {
  return { status: refused.status, type: "application/json", text: openaiError(refused) };
}
