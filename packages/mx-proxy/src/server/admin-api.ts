import type { IncomingMessage, ServerResponse } from "node:http";
import { openaiError, type Refusal } from "../call/openai-error.ts";
import type { Proxy } from "../call/proxy.ts";

export interface AdminInfo {
  version: string;
  /** Path of the unix socket; null: none. */
  socket: string | null;
}

/** Answers what is asked below /mx, for the bearer of the admin key. */
export async function adminApi(
  proxy: Proxy,
  info: AdminInfo,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  request.resume();
  const send = (status: number, body: string, headers: Record<string, string> = {}) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(body);
  };
  const refuse = (refusal: Refusal, headers?: Record<string, string>) =>
    send(refusal.status, openaiError(refusal), headers);
  const caller = await proxy.keys.identify(request.headers.authorization);
  if (caller === null || caller.trial !== null) {
    const message = "the pages below /mx take the admin key, as a bearer token";
    return refuse(
      { status: 401, code: "invalid_api_key", message },
      { "www-authenticate": "Bearer" },
    );
  }
  const url = new URL(request.url ?? "/", "http://localhost");
  const route = `${request.method} ${url.pathname}`;
  if (route === "GET /mx/status") {
    const { upstream, calls } = proxy;
    return send(
      200,
      JSON.stringify({
        engine: "mx-proxy",
        version: info.version,
        socket: info.socket,
        models: await upstream.models(),
        active: calls.size,
        upstreams: upstream.states(),
      }),
    );
  }
  if (route === "GET /mx/usage" || route === "DELETE /mx/usage") {
    const key = url.searchParams.get("key") ?? "";
    const attempt = url.searchParams.get("attempt") ?? "";
    if (key === "" || !/^\d+$/.test(attempt)) {
      const message = "give the trial's key and its attempt: /mx/usage?key=HEX&attempt=N";
      return refuse({ status: 400, code: "bad_query", message });
    }
    if (request.method === "GET") {
      return send(200, JSON.stringify(proxy.totals.read(key, Number(attempt))));
    }
    return send(200, JSON.stringify({ aborted: proxy.totals.forget(key, Number(attempt)) }));
  }
  const message = "there are GET /mx/status, GET /mx/usage and DELETE /mx/usage";
  refuse({ status: 404, code: "unknown_path", message });
}
