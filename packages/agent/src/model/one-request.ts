import OpenAI, { APIError } from "openai";
import { classifyError } from "./classify-error.ts";
import { httpFetch } from "@mx/cli/http-fetch";
import { longestTimerMs } from "@mx/cli/longest-timer";
import { ModelError } from "./model-error.ts";
import type { ModelSettings } from "./model-client.ts";
import type { Reply } from "./reply.ts";

/** The API's library, set up to do nothing of its own accord. */
export function openAiClient(settings: ModelSettings): OpenAI {
  return new OpenAI({
    baseURL: settings.baseUrl,
    apiKey: settings.apiKey,
    maxRetries: 0,
    // The only clock of a request is the one in `httpFetch`.
    timeout: longestTimerMs,
    defaultHeaders: { "x-stainless-timeout": null },
    fetch: httpFetch({ silenceMs: settings.requestTimeoutMs }),
    logLevel: "off",
  });
}

/**
 * Makes a request, and again where `adapt` finds in what the server has against it a parameter that can be sent in
 * another way, or left out. Throws a `ModelError`.
 */
export async function oneRequest(
  send: (signal: AbortSignal) => Promise<Reply>,
  adapt: (message: string) => boolean,
  signal: AbortSignal,
): Promise<Reply> {
  for (;;) {
    // The library never takes its listener off the signal that it gets, so each request has a signal of its own.
    const call = new AbortController();
    const abort = () => call.abort(signal.reason);
    signal.throwIfAborted();
    signal.addEventListener("abort", abort, { once: true });
    try {
      return await send(call.signal);
    } catch (error) {
      signal.throwIfAborted();
      const refused = error instanceof APIError && error.status === 400;
      if (!refused || !adapt(error.message)) throw classifyError(error);
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }
}

/** The body of a reply that came in one piece. */
export async function jsonBody(response: Response): Promise<unknown> {
  const body = await response.text();
  try {
    return JSON.parse(body);
  } catch (error) {
    const message = `the server's reply is not JSON: ${body.slice(0, 200)}`;
    throw new ModelError("retry", message, { cause: error });
  }
}

/** Servers say by its type whether a reply is a stream; some answer in one piece where one was asked for. */
export function isStream(response: Response): boolean {
  return response.headers.get("content-type")?.includes("text/event-stream") ?? false;
}
