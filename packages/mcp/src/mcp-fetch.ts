import { httpFetch } from "@mx/cli/http-fetch";
import { longestTimerMs } from "@mx/cli/longest-timer";
import { mostMessageBytes } from "./most-message-bytes.ts";

const newline = 0x0a;
const carriageReturn = 0x0d;

/**
 * The `fetch` of connections to MCP servers. A message, which is one event of a stream, may have 32 MiB; a stream
 * may go on for as long as it likes. `ended` is told when the reply to a request has ended: by an error, or null.
 */
export function mcpFetch(ended: (method: string, error: Error | null) => void): typeof fetch {
  // Each call has a clock of its own.
  const send = httpFetch({ silenceMs: longestTimerMs, maxReplyBytes: Infinity });
  return async (input, init) => {
    const response = await send(input, init);
    if (response.body === null) return response;
    const method = init?.method ?? "GET";
    const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
    const body = bounded(response.body, isStream, (error) => {
      // What was called off here says nothing of the server.
      if (init?.signal?.aborted !== true) ended(method, error);
    });
    const { status, headers } = response;
    return new Response(ReadableStream.from(body), { status, headers });
  };
}

async function* bounded(
  body: ReadableStream<Uint8Array>,
  isStream: boolean,
  ended: (error: Error | null) => void,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  let isBlank = true;
  try {
    for await (const chunk of body) {
      for (const byte of chunk) {
        bytes += 1;
        // A line without anything in it ends an event.
        if (isStream && byte === newline && isBlank) bytes = 0;
        if (byte !== carriageReturn) isBlank = byte === newline;
      }
      if (bytes > mostMessageBytes)
        throw new Error(`a message of it is over ${mostMessageBytes} bytes`);
      yield chunk;
    }
  } catch (error) {
    ended(error as Error);
    throw error;
  }
  ended(null);
}
