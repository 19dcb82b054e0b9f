import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";

const maxRedirects = 40;
const replyBytes = 64 * 1024 * 1024;

/** The server sent nothing for too long. */
export class SilenceError extends Error {
  override name = "SilenceError";
}

/**
 * A `fetch` whose only clock is silence: it gives up when no byte came or went for `silenceMs`, however long the
 * whole takes, or when a reply is over `maxReplyBytes`. (Node's own gives up after 300 s without a header or a chunk, and cannot be told otherwise.)
 *
 * Each request has a connection of its own: a kept one is often closed by the server while a tool runs.
 */
export function httpFetch(silenceMs: number, maxReplyBytes = replyBytes): typeof fetch {
  return async (input, init = {}) => {
    let url = new URL(input instanceof Request ? input.url : input);
    const headers = Object.fromEntries(new Headers(init.headers));
    let method = init.method ?? "GET";
    let body = typeof init.body === "string" ? init.body : undefined;
    for (let hops = 0; ; hops += 1) {
      const message = await send(url, method, headers, body, init.signal ?? undefined, silenceMs);
      const status = message.statusCode!;
      const target = message.headers.location;
      const isRedirect = [301, 302, 303, 307, 308].includes(status) && target !== undefined;
      if (!isRedirect || init.redirect === "manual") {
        return toResponse(message, maxReplyBytes);
      }
      message.destroy();
      if (hops === maxRedirects) throw new Error(`more than ${maxRedirects} redirects`);
      const next = new URL(target, url);
      if (next.origin !== url.origin) delete headers["authorization"];
      url = next;
      if (status < 307) {
        method = "GET";
        body = undefined;
        delete headers["content-type"];
        delete headers["content-length"];
      }
    }
  };
}

async function send(
  url: URL,
  method: string,
  headers: Record<string, string>,
  body: string | undefined,
  signal: AbortSignal | undefined,
  silenceMs: number,
): Promise<IncomingMessage> {
  // Loaded here, because --help must not pay for them.
  const { request } = await (url.protocol === "https:"
    ? import("node:https")
    : import("node:http"));
  return new Promise((resolve, reject) => {
    const call = request(url, {
      method,
      headers: { ...headers, "accept-encoding": "identity" },
      agent: false,
      ...(signal === undefined ? {} : { signal }),
    });
    const silent = () => {
      const error = new SilenceError(`the server was silent for ${silenceMs / 1000} s`);
      // The reader of the reply must learn why it ended; destroying the socket alone says "aborted".
      message?.destroy(error);
      call.destroy(error);
    };
    let message: IncomingMessage | undefined;
    call.on("socket", (socket) => socket.setTimeout(silenceMs, silent));
    call.on("error", reject);
    call.on("response", (response) => {
      message = response;
      resolve(response);
    });
    call.end(body);
  });
}

function toResponse(message: IncomingMessage, maxReplyBytes: number): Response {
  const headers = new Headers();
  for (const [name, value] of Object.entries(message.headersDistinct)) {
    for (const item of value ?? []) headers.append(name, item);
  }
  const status = message.statusCode!;
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
