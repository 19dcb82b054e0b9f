import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Call } from "../call/call.ts";
import type { Proxy } from "../call/proxy.ts";
import { adminApi, type AdminInfo } from "./admin-api.ts";
import { listenOnPort, listenOnSocket } from "./listen.ts";
import { Nursery } from "./nursery.ts";

export interface ServerSettings {
  /** Version of mx-proxy. */
  version: string;
  /** Address of the port. */
  host: string;
  /** TCP port, 0 for a free one; null: none. */
  port: number | null;
  /** Path of a unix socket; null: none. */
  socket: string | null;
  /** Hears of what should not happen. */
  failed(error: unknown): void;
}

/** Accepts calls on a port, on a unix socket, or on both. */
export class ProxyServer {
  /** The port that was got; null: there is none. */
  port: number | null = null;
  readonly #proxy: Proxy;
  readonly #servers: Server[] = [];

  private constructor(proxy: Proxy) {
    this.#proxy = proxy;
  }

  /** Settles once calls are accepted. */
  static async listen(proxy: Proxy, settings: ServerSettings): Promise<ProxyServer> {
    const server = new ProxyServer(proxy);
    const info: AdminInfo = { version: settings.version, socket: settings.socket };
    const nursery = new Nursery();
    const make = () => {
      const one = httpServer((request, response) => {
        nursery.look();
        handle(proxy, info, request, response).catch((error: unknown) => {
          if (!response.writableEnded) response.destroy();
          settings.failed(error);
        });
      });
      server.#servers.push(one);
      return one;
    };
    try {
      if (settings.port !== null)
        server.port = await listenOnPort(make(), settings.host, settings.port);
      if (settings.socket !== null) await listenOnSocket(make(), settings.socket);
    } catch (error) {
      await server.close(0);
      throw error;
    }
    return server;
  }

  /** Takes no more calls; gives those that are under way so many milliseconds, then ends them. */
  async close(graceMs: number, hurry?: AbortSignal): Promise<void> {
    const closed = this.#servers.map((server) => {
      return new Promise<void>((resolve) => server.close(() => resolve()));
    });
    const end = () => {
      for (const call of this.#proxy.calls.all()) call.abort("mx-proxy was stopped");
      this.#proxy.mcp?.endAll();
      for (const server of this.#servers) server.closeAllConnections();
    };
    // A client keeps its connection when its call is over, so idle ones come up all the time.
    const idle = setInterval(() => {
      this.#proxy.mcp?.endIdle();
      for (const server of this.#servers) server.closeIdleConnections();
    }, 20);
    const timer = setTimeout(end, graceMs);
    if (hurry?.aborted) end();
    hurry?.addEventListener("abort", end, { once: true });
    await Promise.all(closed);
    clearTimeout(timer);
    clearInterval(idle);
    hurry?.removeEventListener("abort", end);
  }
}

async function handle(
  proxy: Proxy,
  info: AdminInfo,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = request.url ?? "";
  if (path.startsWith("/mx/") || /^\/metrics(\?|$)/.test(path))
    return await adminApi(proxy, info, request, response);
  if (proxy.mcp !== null && path.startsWith("/mcp/"))
    return await proxy.mcp.handle(proxy, request, response);
  const call = new Call(proxy, request, response);
  try {
    await call.run();
  } catch (error) {
    call.crash(error);
    throw error;
  }
}

function httpServer(handler: (request: IncomingMessage, response: ServerResponse) => void): Server {
  const server = createServer(
    {
      // Longer than the pools of the usual clients keep an idle connection, so that they close it and not we.
      keepAliveTimeout: 75_000,
      headersTimeout: 60_000,
      // For receiving a request; a reply may take as long as it takes.
      requestTimeout: 300_000,
    },
    handler,
  );
  server.timeout = 0;
  return server;
}
