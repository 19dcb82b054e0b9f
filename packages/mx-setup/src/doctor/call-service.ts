import type { Service } from "./service.ts";

/** What a service answered; `problem` where it did not. */
export type Answer =
  | { status: number; body: unknown; elapsedMs: number; problem: null }
  | { status: null; body: null; elapsedMs: number; problem: string };

/** Calls a URL of a service, with its key. Never throws. The body is null where it is no JSON. */
export async function callService(
  { key }: Service,
  url: string,
  o: { timeoutMs: number; body?: unknown },
): Promise<Answer> {
  const began = performance.now();
  const elapsedMs = () => Math.round(performance.now() - began);
  try {
    const response = await fetch(url, {
      method: o.body === undefined ? "GET" : "POST",
      headers: {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(o.body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(o.body === undefined ? {} : { body: JSON.stringify(o.body) }),
      signal: AbortSignal.timeout(o.timeoutMs),
    });
    const text = await response.text();
    return { status: response.status, body: json(text), elapsedMs: elapsedMs(), problem: null };
  } catch (error) {
    return {
      status: null,
      body: null,
      elapsedMs: elapsedMs(),
      problem: problemOf(error, o.timeoutMs),
    };
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

function problemOf(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `no answer within ${timeoutMs / 1000} s`;
  // fetch says "fetch failed", and its cause what has happened.
  return error.cause instanceof Error
    ? error.cause.message || String((error.cause as NodeJS.ErrnoException).code)
    : error.message;
}
