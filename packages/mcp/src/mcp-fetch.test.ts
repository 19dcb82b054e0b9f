import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { mcpFetch } from "./mcp-fetch.ts";

/** What comes of 36 MiB of a type, 1 MiB after the other, each followed by an empty line. */
async function received(type: string): Promise<{ bytes: number; error: string | null }> {
  const server = createServer((_request, response) => {
    response.on("error", () => {}).writeHead(200, { "content-type": type });
    const chunk = `${": ".padEnd(2 ** 20 - 2, "x")}\n\n`;
    let left = 36;
    const next = () => {
      left -= 1;
      if (left < 0) response.end();
      else response.write(chunk, next);
    };
    next();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  let ended: Error | null = null;
  let bytes = 0;
  try {
    const fetch = mcpFetch((_method, error) => (ended = error));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { body } = await fetch(url, { method: "POST", body: "{}" });
    for await (const part of body ?? []) bytes += (part as Uint8Array).length;
  } catch {
    // `ended` has heard of it.
  }
  server.closeAllConnections();
  server.close();
  return { bytes, error: (ended as Error | null)?.message ?? null };
}

test("a stream may go on for as long as its events are small", async () => {
  expect(await received("text/event-stream")).toEqual({ bytes: 36 * 2 ** 20, error: null });
});

test("JSON with empty lines in it had no limit", async () => {
  const { bytes, error } = await received("application/json");
  expect(error).toMatch(/a message of it is over 33554432 bytes/);
  expect(bytes).toBeLessThanOrEqual(32 * 2 ** 20);
});
