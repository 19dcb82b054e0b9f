import { createServer as createHttpServer, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { fakeUpstream, json } from "./testing/fake-upstream.ts";
import { testProxy } from "./testing/test-proxy.ts";
import { freePort } from "./testing/free-port.ts";

const chat = { model: "m", messages: [] };

test("refused until a server comes up: calls wait, and few of them knock", async () => {
  const port = await freePort();
  await using proxy = await testProxy({
    upstream: `http://127.0.0.1:${port}`,
    coldStartTimeout: 20,
  });
  const calls = Array.from({ length: 20 }, () => proxy.chat(chat));
  await sleep(1500);
  const status = await (await proxy.fetch("/mx/status")).json();
  expect(status).toMatchObject({ active: 20, upstreams: [{ waking: { calls: 20, seconds: 1 } }] });
  const server = createHttpServer((request, response) => {
    request.resume();
    json(response, {});
  });
  server.listen(port, "127.0.0.1");
  const began = performance.now();
  for (const response of await Promise.all(calls)) expect(response.status).toBe(200);
  // The first that gets through takes the others with it.
  expect(performance.now() - began).toBeLessThan(2500);
  expect(await (await proxy.fetch("/mx/status")).json()).toMatchObject({
    active: 0,
    upstreams: [{ waking: null }],
  });
  for (const record of proxy.records) expect(record).toMatchObject({ state: "ok", status: 200 });
  const attempts = proxy.records.reduce((sum, record) => sum + record.attempts, 0);
  expect(attempts).toBeLessThan(20 + 20 + 8);
  server.close();
  server.closeAllConnections();
});

test.for([
  [404, "modal-http: app for invoked web endpoint is stopped"],
  [502, "bad gateway"],
  [503, '{"error":"modal_cold_boot"}'],
] as const)("%i %s, then 200", async ([status, body]) => {
  await using upstream = await fakeUpstream((response, _seen, count) => {
    if (count > 4) return json(response, {});
    response.writeHead(status, { "content-type": "text/plain" }).end(body);
  });
  await using proxy = await testProxy({ upstream: upstream.url, coldStartTimeout: 20, retries: 0 });
  expect((await proxy.chat(chat)).status).toBe(200);
  expect(await proxy.record()).toMatchObject({ state: "ok", attempts: 5 });
});

test("a 404 of the API itself is an answer", async () => {
  await using upstream = await fakeUpstream((response) =>
    json(response, { error: { message: "no such model" } }, 404),
  );
  await using proxy = await testProxy({ upstream: upstream.url, coldStartTimeout: 20 });
  const response = await proxy.chat(chat);
  expect(response.status).toBe(404);
  expect(await response.text()).toBe('{"error":{"message":"no such model"}}');
  expect(await proxy.record()).toMatchObject({ attempts: 1, error: "no such model" });
});

test("a long 404 passes whole", async () => {
  const long = "y".repeat(500_000);
  await using upstream = await fakeUpstream((response) => {
    response.writeHead(404).end(long);
  });
  await using proxy = await testProxy({ upstream: upstream.url, coldStartTimeout: 20 });
  expect(await (await proxy.chat(chat)).text()).toBe(long);
});

test("an upstream that does not wake up in time: its own last reply", async () => {
  const asleep = (response: ServerResponse, count: number) =>
    response.writeHead(503, { "x-try": String(count) }).end("still asleep");
  await using upstream = await fakeUpstream(
    (response, _seen, count) => void asleep(response, count),
  );
  await using proxy = await testProxy({ upstream: upstream.url, coldStartTimeout: 1 });
  const began = performance.now();
  const response = await proxy.chat(chat);
  const took = performance.now() - began;
  expect(response.status).toBe(503);
  expect(await response.text()).toBe("still asleep");
  expect(response.headers.get("x-try")).toBe(String(upstream.seen.length));
  expect(took).toBeGreaterThan(950);
  expect(took).toBeLessThan(1500);
});

test("an address where nothing ever listens: 502 after the wait", async () => {
  const port = await freePort();
  await using proxy = await testProxy({
    upstream: `http://127.0.0.1:${port}`,
    coldStartTimeout: 0.6,
  });
  const began = performance.now();
  expect((await proxy.chat(chat)).status).toBe(502);
  expect(performance.now() - began).toBeLessThan(1200);
  expect(await proxy.record()).toMatchObject({
    state: "error",
    upstream: null,
    usage: { calls: 0 },
  });
});
