import type { IncomingMessage, RequestOptions } from "node:http";
import { Readable } from "node:stream";

const maxRedirects = 40;
const maxReplyBytes = 32 * 1024 * 1024;

/** The server sent nothing for too long after it had the request. */
export class SilenceError extends Error {
  override name = "SilenceError";
}

/** No connection came about. */
export class ConnectError extends Error {
  override name = "ConnectError";
}

/** The clocks of a request, in ms. */
export interface Clocks {
  connectMs: number;
  silenceMs: number;
}

/**
 * A `fetch` with two clocks: one for connecting, and one for silence, however long the whole takes. (Node's own gives
 * up after 300 s without a header, which a judge that thinks may well need, and cannot be told otherwise.) Follows
 * redirects, by which some hosts hand a long call on; the key goes to the first origin only.
 */
export function silenceFetch(clocks: Clocks): typeof fetch {
  return async (input, init = {}) => {
    let url = new URL(input instanceof Request ? input.url : input);
    const headers = Object.fromEntries(new Headers(init.headers));
    let method = init.method ?? "GET";
    let body = typeof init.body === "string" ? init.body : undefined;
    for (let hops = 0; ; hops += 1) {
      const options = { method, headers, signal: init.signal ?? undefined };
      const message = await send(url, options, body, clocks);
      const status = message.statusCode ?? 0;
      const { location } = message.headers;
      if (![301, 302, 303, 307, 308].includes(status) || location === undefined) {
        return toResponse(message, status);
      }
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

async function send(
  url: URL,
  options: { method: string; headers: Record<string, string>; signal: AbortSignal | undefined },
  body: string | undefined,
  { connectMs, silenceMs }: Clocks,
): Promise<IncomingMessage> {
  const { request } = await (url.protocol === "https:"
    ? import("node:https")
    : import("node:http"));
  return new Promise((resolve, reject) => {
    const { signal, method } = options;
    const headers = { ...options.headers, "accept-encoding": "identity" };
    // A connection of its own for each call: a kept one may be closed by the server just when it is used again.
    const how: RequestOptions = { method, headers, agent: false, ...(signal && { signal }) };
    let message: IncomingMessage | undefined;
    const call = request(url, how, (response) => {
      message = response;
      resolve(response);
    });
    let connected = false;
    const late = setTimeout(() => {
      call.destroy(new ConnectError(`no connection within ${connectMs / 1000} s`));
    }, connectMs);
    const onConnect = () => {
      connected = true;
      clearTimeout(late);
    };
    call.on("socket", (socket) => {
      socket.once(url.protocol === "https:" ? "secureConnect" : "connect", onConnect);
      socket.setTimeout(silenceMs, () => {
        const error = new SilenceError(`the server was silent for ${silenceMs / 1000} s`);
        // The reader of the reply must learn why it ended; destroying the socket alone says "aborted".
        message?.destroy(error);
        call.destroy(error);
      });
    });
    call.on("close", () => clearTimeout(late));
    call.on("error", (error) => {
      const wrap = !connected && error.name !== "AbortError" && !(error instanceof ConnectError);
      reject(wrap ? new ConnectError(reasonOf(error), { cause: error }) : error);
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

function toResponse(message: IncomingMessage, status: number): Response {
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
    if (bytes > maxReplyBytes) {
      message.destroy(new Error(`the reply is over ${maxReplyBytes} bytes`));
    }
  });
  message.pause();
  return new Response(Readable.toWeb(message) as ReadableStream<Uint8Array>, { status, headers });
}
