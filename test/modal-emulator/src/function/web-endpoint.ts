import { randomUUID } from "node:crypto";
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import type { Cloud } from "../cloud.ts";
import { proxyToken } from "../grpc/proxy-token.ts";
import type { AppFunction } from "./app-function.ts";

/** Where a call that takes long is asked for again. */
const callParameter = "__modal_function_call_id";

/**
 * The address of a web function: a call waits for a container, for its answer, and after a while is answered 303 with
 * an address where it goes on waiting.
 */
export class WebEndpoint {
  requiresProxyAuth: boolean;
  readonly #cloud: Cloud;
  readonly #owner: AppFunction;
  readonly #method: string;
  readonly #server: Server;
  readonly #late = new Map<string, Promise<IncomingMessage>>();

  private constructor(
    cloud: Cloud,
    owner: AppFunction,
    { name, requiresProxyAuth }: { name: string; requiresProxyAuth: boolean },
  ) {
    this.#cloud = cloud;
    this.#owner = owner;
    this.#method = name;
    this.requiresProxyAuth = requiresProxyAuth;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        if (response.headersSent) response.destroy();
        else refuse(response, 503, (error as Error).message);
      });
    });
  }

  /** Listens on a free port of 127.0.0.1. */
  static async listen(
    cloud: Cloud,
    owner: AppFunction,
    options: { name: string; requiresProxyAuth: boolean },
  ): Promise<WebEndpoint> {
    const endpoint = new WebEndpoint(cloud, owner, options);
    await new Promise<void>((resolve) => endpoint.#server.listen(0, "127.0.0.1", resolve));
    endpoint.#server.unref();
    return endpoint;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.#cloud.apps.get(this.#owner.appId).stoppedAt !== null)
      return refuse(response, 404, "app for invoked web endpoint is stopped");
    const { "modal-key": key, "modal-secret": secret } = request.headers;
    if (this.requiresProxyAuth && (key !== proxyToken.key || secret !== proxyToken.secret))
      return refuse(response, 401, "missing credentials for proxy authorization");
    const url = new URL(request.url ?? "/", this.url);
    const id = url.searchParams.get(callParameter) ?? randomUUID();
    const call = this.#late.get(id) ?? this.#call(request, await buffer(request));
    const answer = await this.#within(call);
    if (answer === null) {
      call.catch(() => {});
      this.#late.set(id, call);
      url.searchParams.set(callParameter, id);
      response.writeHead(303, { location: url.href }).end();
      return;
    }
    this.#late.delete(id);
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    await pipeline(answer, response);
  }

  /** The answer, once it begins; null where that takes too long. */
  async #within(call: Promise<IncomingMessage>): Promise<IncomingMessage | null> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(resolve, this.#cloud.settings.webTimeoutMs, null).unref();
    });
    return Promise.race([call, late]).finally(() => clearTimeout(timer));
  }

  #call({ method, url, headers }: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
    return this.#owner.use(this.#method, ({ port }) => {
      return new Promise<IncomingMessage>((resolve, reject) => {
        const { "modal-key": _key, "modal-secret": _secret, ...passed } = headers;
        const inside = httpRequest({ host: "127.0.0.1", port, method, path: url, headers: passed });
        inside.once("response", resolve).once("error", reject).end(body);
      });
    });
  }
}

function refuse(response: ServerResponse, status: number, reason: string): void {
  response.writeHead(status, { "content-type": "text/plain" }).end(`modal-http: ${reason}\n`);
}
