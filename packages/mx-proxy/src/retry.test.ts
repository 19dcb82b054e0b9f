import OpenAI from "openai";
import { createServer as createHttpServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { chatEvents, fakeUpstream, json } from "./testing/fake-upstream.ts";
import { secret, testProxy } from "./testing/test-proxy.ts";
import { freePort } from "./testing/free-port.ts";

const chat = { model: "m", messages: [] };
const answer = {
  id: "c",
  model: "m-1",
  choices: [],
  usage: { prompt_tokens: 3, completion_tokens: 5 },
};

async function errorCode(response: Response): Promise<string> {
  return ((await response.json()) as { error: { code: string } }).error.code;
}

test.for([
  ["seconds", () => ({ "retry-after": "0.4" })],
  ["a date", () => ({ "retry-after": new Date(Date.now() + 1400).toUTCString() })],
  ["milliseconds", () => ({ "retry-after-ms": "400" })],
  [
    "a used-up limit",
    () => ({ "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "400ms" }),
  ],
] as const)("429 that asks for patience in %s, then 200", async ([, headers]) => {
  await using upstream = await fakeUpstream((response, _seen, count) => {
    if (count > 1) return json(response, answer);
    response.writeHead(429, headers());
    response.end("slow down");
  });
  await using proxy = await testProxy({ upstream: upstream.url });
  const began = performance.now();
  const response = await proxy.chat(chat);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual(answer);
  const took = performance.now() - began;
  // A date has no parts of a second: one that is 1.4 s away may say 0.4 s.
  expect(took).toBeGreaterThan(300);
  expect(took).toBeLessThan(2500);
  expect(upstream.seen.map(({ body }) => body)).toEqual([
    JSON.stringify(chat),
    JSON.stringify(chat),
  ]);
  expect(await proxy.record()).toMatchObject({
    state: "ok",
    status: 200,
    attempts: 2,
    usage: { calls: 1, output_tokens: 5 },
  });
});

test.for([408, 409, 429, 500, 502, 503, 504, 529])(
  "%i is tried again; the client gets the last reply as it is",
  async (status) => {
    await using upstream = await fakeUpstream((response, _seen, count) => {
      response.writeHead(status, "Not Now", { "x-try": String(count), "retry-after": "0" });
      response.end(`no,  ${count}\n`);
    });
    await using proxy = await testProxy({ upstream: upstream.url });
    const response = await proxy.chat(chat);
    expect([response.status, response.statusText]).toEqual([status, "Not Now"]);
    expect(response.headers.get("x-try")).toBe("3");
    expect(await response.text()).toBe("no,  3\n");
    expect(await proxy.record()).toMatchObject({ state: "error", status, attempts: 3 });
  },
);

test.for([400, 401, 402, 403, 404, 410, 413, 422, 501])(
  "%i is passed on at once",
  async (status) => {
    await using upstream = await fakeUpstream((response) =>
      json(response, { error: { message: "no" } }, status),
    );
    await using proxy = await testProxy({ upstream: upstream.url });
    const response = await proxy.chat(chat);
    expect(response.status).toBe(status);
    expect(await response.text()).toBe('{"error":{"message":"no"}}');
    expect(await proxy.record()).toMatchObject({
      state: "error",
      status,
      attempts: 1,
      error: "no",
    });
  },
);

test("the same 500 three times in a row is final, however many retries are left", async () => {
  await using upstream = await fakeUpstream((response, _seen, count) => {
    response.setHeader("retry-after", "0");
    json(response, { error: { message: count === 1 ? "first" : "index out of range" } }, 500);
  });
  await using proxy = await testProxy({ upstream: upstream.url, retries: 20 });
  const response = await proxy.chat(chat);
  expect(response.status).toBe(500);
  expect(await response.text()).toBe('{"error":{"message":"index out of range"}}');
  expect(await proxy.record()).toMatchObject({ attempts: 4, error: "index out of range" });
});

test("an empty account, and an upstream that says so, are not tried again", async () => {
  await using upstream = await fakeUpstream((response, { body }) => {
    if (body.includes("quota")) {
      return json(response, { error: { message: "no", code: "insufficient_quota" } }, 429);
    }
    response.setHeader("x-should-retry", "false");
    json(response, { error: { message: "no" } }, 500);
  });
  await using proxy = await testProxy({ upstream: upstream.url });
  expect((await proxy.chat({ model: "quota" })).status).toBe(429);
  expect((await proxy.chat({ model: "other" })).status).toBe(500);
  expect(proxy.records.map(({ attempts }) => attempts)).toEqual([1, 1]);
});

test("an upstream that asks for more patience than there is: its reply, at once", async () => {
  await using upstream = await fakeUpstream((response) => {
    response.writeHead(429, { "retry-after": "30" }).end("later");
  });
  await using proxy = await testProxy({ upstream: upstream.url, retryBudget: 5 });
  const response = await proxy.chat(chat);
  expect([response.status, response.headers.get("retry-after")]).toEqual([429, "30"]);
  expect(await response.text()).toBe("later");
  expect(await proxy.record()).toMatchObject({ attempts: 1 });
});

test("an error that is too long to be kept is tried again; the last is passed on whole", async () => {
  const long = "x".repeat(300_000);
  await using upstream = await fakeUpstream((response) => {
    response.writeHead(503, { "retry-after": "0" }).end(long);
  });
  await using proxy = await testProxy({ upstream: upstream.url, retries: 1 });
  expect(await (await proxy.chat(chat)).text()).toBe(long);
  expect(await proxy.record()).toMatchObject({ state: "error", status: 503, attempts: 2 });
});

test("a connection that breaks before the head is tried again, on a new one", async () => {
  await using upstream = await fakeUpstream((response, _seen, count) => {
    if (count < 3) return void response.socket?.resetAndDestroy();
    json(response, answer);
  });
  await using proxy = await testProxy({ upstream: upstream.url });
  expect(await (await proxy.chat(chat)).json()).toEqual(answer);
  expect(upstream.connections.size).toBe(3);
  expect(await proxy.record()).toMatchObject({ state: "ok", status: 200, attempts: 3 });
});

test("a call that breaks its connection three times is final", async () => {
  await using upstream = await fakeUpstream((response) => {
    response.socket?.resetAndDestroy();
  });
  await using proxy = await testProxy({ upstream: upstream.url, retries: 5 });
  const response = await proxy.chat(chat);
  expect(response.status).toBe(502);
  expect(await errorCode(response)).toBe("upstream_reset");
  expect(await proxy.record()).toMatchObject({
    state: "error",
    attempts: 3,
    usage: { calls: 1, output_tokens: null },
  });
});

test.for(["JSON", "a stream"] as const)(
  "a reset in the middle of %s is not tried again",
  async (kind) => {
    await using upstream = await fakeUpstream(async (response) => {
      const type = kind === "JSON" ? "application/json" : "text/event-stream";
      response.writeHead(200, { "content-type": type });
      response.write(kind === "JSON" ? "{" : chatEvents(["a"])[0]);
      await sleep(30);
      response.socket?.resetAndDestroy();
    });
    await using proxy = await testProxy({ upstream: upstream.url });
    const response = await proxy.chat({ ...chat, stream: kind !== "JSON" });
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
    expect(upstream.seen.length).toBe(1);
    expect(await proxy.record()).toMatchObject({ state: "truncated", status: 200, attempts: 1 });
  },
);

test("an upstream that hangs is not tried again: 504", async () => {
  await using upstream = await fakeUpstream(() => {});
  await using proxy = await testProxy({ upstream: upstream.url, firstByteTimeout: 0.2 });
  expect((await proxy.chat(chat)).status).toBe(504);
  await upstream.seen[0]?.gone;
  expect(await proxy.record()).toMatchObject({ state: "error", status: 504, attempts: 1 });
});

test("the limit for the first byte does not run while a call waits for its next try", async () => {
  await using upstream = await fakeUpstream((response, _seen, count) => {
    if (count > 1) return json(response, answer);
    response.writeHead(429, { "retry-after": "0.6" }).end();
  });
  await using proxy = await testProxy({ upstream: upstream.url, firstByteTimeout: 0.3 });
  expect((await proxy.chat(chat)).status).toBe(200);
});

test("refused until a server comes up: the ordinary retries can be enough", async () => {
  const port = await freePort();
  await using proxy = await testProxy({ upstream: `http://127.0.0.1:${port}`, retries: 20 });
  const call = proxy.chat(chat);
  await sleep(300);
  const server = createHttpServer((request, response) => {
    request.resume();
    json(response, answer);
  });
  server.listen(port, "127.0.0.1");
  expect((await call).status).toBe(200);
  const { attempts, state } = await proxy.record();
  expect(state).toBe("ok");
  expect(attempts).toBeGreaterThan(1);
  server.close();
  server.closeAllConnections();
});

test("the openai client, which tries nothing again itself", async () => {
  await using upstream = await fakeUpstream((response, { body }, count) => {
    if (count % 2 === 1) {
      response.setHeader("retry-after", "0");
      return json(response, { error: { message: "busy" } }, 503);
    }
    if (!body.includes('"stream":true')) return json(response, answer);
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(chatEvents(["a", "b"], answer.usage).join(""));
  });
  await using proxy = await testProxy({ upstream: upstream.url });
  const client = new OpenAI({ baseURL: proxy.url, apiKey: secret, maxRetries: 0 });
  const reply = await client.chat.completions.create({ model: "m", messages: [] });
  expect(reply.usage?.completion_tokens).toBe(5);
  let text = "";
  const stream = await client.chat.completions.create({ model: "m", messages: [], stream: true });
  for await (const { choices } of stream) text += choices[0]?.delta.content ?? "";
  expect(text).toBe("ab");
  expect(await proxy.record(1)).toMatchObject({ state: "ok", streamed: true, attempts: 2 });
  expect(proxy.records[0]).toMatchObject({ state: "ok", attempts: 2, usage: { output_tokens: 5 } });
});
