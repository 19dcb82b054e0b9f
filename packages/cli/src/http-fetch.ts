import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";

const maxRedirects = 40;
const usualReplyBytes = 64 * 1024 * 1024;

/** The server sent nothing for too long. */
export class SilenceError extends Error {
  override name = "SilenceError";
}

/** No connection came about. Only where there is a clock for that. */
export class ConnectError extends Error {
  override name = "ConnectError";
}

/** When a request is given up. */
export interface FetchLimits {
  /** No byte came or went for so long, however long the whole takes; in ms. */
  silenceMs: number;
  /** No connection came about within so many ms; without it, silence is the only clock. */
  connectMs?: number;
  /** The largest reply (default: 64 MiB). */
  maxReplyBytes?: number;
}

/**
 * A `fetch` that waits as long as it is told to. (Node's own gives up after 300 s without a header or a chunk, and cannot
 * be told otherwise.) Follows redirects, by which some hosts hand a long call on; a bearer key goes to the first origin
 * only.
 *
 * Each request has a connection of its own: a kept one may be closed by the server just when it is used again.
 */
export function httpFetch(limits: FetchLimits): typeof fetch {
  return async (input, init = {}) => {
    let url = new URL(input instanceof Request ? input.url : input);
    const headers = Object.fromEntries(new Headers(init.headers));
    let method = init.method ?? "GET";
    let body = typeof init.body === "string" ? init.body : undefined;
    for (let hops = 0; ; hops += 1) {
      const message = await send(
        url,
        { method, headers, body, signal: init.signal ?? undefined },
        limits,
      );
      const status = message.statusCode ?? 0;
      const { location } = message.headers;
      const isRedirect = [301, 302, 303, 307, 308].includes(status) && location !== undefined;
      if (!isRedirect || init.redirect === "manual") return toResponse(message, status, limits);
      message.destroy();
      if (hops === maxRedirects) throw new Error(`more than ${maxRedirects} redirects`);
      const next = new URL(location, url);
      if (next.origin !== url.origin) delete headers["authorization"];
      url = next;
      if (status >= 307) continue;
      method = "GET";
      body = undefined;
      delete headers["content-type"];
      delete headers["content-length"];
    }
  };
}

interface Sent {
  method: string;
  headers: Record<string, string>;
  body: string | undefined;
  signal: AbortSignal | undefined;
}

async function send(
  url: URL,
  { method, headers, body, signal }: Sent,
  { silenceMs, connectMs }: FetchLimits,
): Promise<IncomingMessage> {
  // Loaded here, because --help must not pay for them.
  const isTls = url.protocol === "https:";
  const { request } = await (isTls ? import("node:https") : import("node:http"));
  return new Promise((resolve, reject) => {
    let message: IncomingMessage | undefined;
    const call = request(url, {
      method,
      headers: { ...headers, "accept-encoding": "identity" },
      agent: false,
      ...(signal === undefined ? {} : { signal }),
    });
    let isConnected = connectMs === undefined;
    const late =
      connectMs === undefined
        ? undefined
        : setTimeout(() => {
            call.destroy(new ConnectError(`no connection within ${connectMs / 1000} s`));
          }, connectMs);
    call.on("socket", (socket) => {
      socket.once(isTls ? "secureConnect" : "connect", () => {
        isConnected = true;
        clearTimeout(late);
      });
      socket.setTimeout(silenceMs, () => {
        const error = new SilenceError(`the server was silent for ${silenceMs / 1000} s`);
        // The reader of the reply must learn why it ended; destroying the socket alone says "aborted".
        message?.destroy(error);
        call.destroy(error);
      });
    });
    call.on("close", () => clearTimeout(late));
    call.on("error", (error) => {
      const isOwn = error instanceof ConnectError || error.name === "AbortError";
      reject(isConnected || isOwn ? error : new ConnectError(reasonOf(error), { cause: error }));
    });
    call.on("response", (response) => {
      message = response;
      resolve(response);
    });
    call.end(body);
  });
}

/** Where a name has several addresses, the error is one of all of them and says nothing itself. */
function reasonOf(error: Error & { code?: string }): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const { message, code } = first as Error & { code?: string };
  return message || code || error.code || error.name;
}

function toResponse(message: IncomingMessage, status: number, limits: FetchLimits): Response {
  const { maxReplyBytes = usualReplyBytes } = limits;
  const headers = new Headers();
  for (const [name, values] of Object.entries(message.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  if (status === 204 || status === 304) {
    message.resume();
    return new Response(null, { status, headers });
  }
  let bytes = 0;
  message.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxReplyBytes)
      message.destroy(new Error(`the reply is over ${maxReplyBytes} bytes`));
  });
  message.pause();
  return new Response(Readable.toWeb(message) as ReadableStream<Uint8Array>, { status, headers });
}
