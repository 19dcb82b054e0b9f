import type { Scene } from "./played-exchange.ts";

/** A reply of JSON, at once. `headers` are further names and values in turn. */
export function jsonScene(status: number, body: string, headers: string[] = []): Scene {
  return {
    head: { status, message: "", headers: ["content-type", "application/json", ...headers] },
    pieces: [Buffer.from(body)],
    dueMs: [],
    delayMs: 0,
    hang: false,
    fault: null,
  };
}
