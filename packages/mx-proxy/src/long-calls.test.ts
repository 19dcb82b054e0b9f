import OpenAI from "openai";
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { chatEvents, fakeUpstream, json } from "./testing/fake-upstream.ts";
import { secret, testProxy, upstreamKey } from "./testing/test-proxy.ts";

const chat = { model: "m", messages: [] };
const answer = {
  id: "c",
  model: "m-1",
  choices: [],
  usage: { prompt_tokens: 3, completion_tokens: 5 },
};

function seeOther(response: ServerResponse, location: string): void {
  response.writeHead(303, { location }).end();
}

test("a chain of 40 redirects with pauses: one POST, then the result is read", async () => {
  await using upstream = await fakeUpstream(async (response, { method, path }) => {
    await sleep(15);
    const hop = Number(new URL(path, "http://x").searchParams.get("hop") ?? 0);
    if (hop === 40) return json(response, answer);
    if (method === "POST" && hop > 0) return json(response, "modal-http: bad redirect method", 400);
    seeOther(response, `${path.split("?")[0]}?__modal_function_call_id=fc-1&hop=${hop + 1}`);
  });
  await using proxy = await testProxy({ upstream: upstream.url });
  const response = await proxy.chat(chat);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual(answer);
  expect(upstream.seen.map(({ method }) => method).join()).toBe(`POST${",GET".repeat(40)}`);
  const [post, get] = upstream.seen;
  expect(post?.body).toBe(JSON.stringify(chat));
  expect(get).toMatchObject({ body: "", headers: { authorization: `Bearer ${upstreamKey}` } });
  expect(get?.headers).not.toHaveProperty("content-type");
  expect(get?.headers).not.toHaveProperty("content-length");
  // Between two looks at the result a connection is used again.
  expect(upstream.connections.size).toBeLessThan(3);
  expect(await proxy.record()).toMatchObject({
    state: "ok",
    status: 200,
    attempts: 1,
    usage: { calls: 1, output_tokens: 5 },
  });
});

test.for([
  ["?id=1", "/v1/chat/completions?id=1"],
  ["result/7?a=b%20c", "/v1/chat/result/7?a=b%20c"],
  ["/elsewhere", "/elsewhere"],
] as const)("the Location %s is relative to what was asked", async ([location, path]) => {
  await using upstream = await fakeUpstream((response, { method }) =>
    method === "POST" ? seeOther(response, location) : json(response, answer),
  );
  await using proxy = await testProxy({ upstream: upstream.url });
  expect((await proxy.chat(chat)).status).toBe(200);
  expect(upstream.seen[1]?.path).toBe(path);
});

test("another origin does not get the key or any header that could be one, nor does the way back", async () => {
  const back = { url: "" };
  await using other = await fakeUpstream((response, _seen, count) =>
    count === 1 ? seeOther(response, "/again") : seeOther(response, `${back.url}/v1/result`),
  );
  await using upstream = await fakeUpstream((response, { method }) =>
    method === "POST" ? seeOther(response, `${other.url}/result?x=1`) : json(response, answer),
  );
  back.url = upstream.url;
  await using proxy = await testProxy({ upstream: upstream.url });
  const response = await proxy.chat(chat, {
    headers: { "modal-key": "wk-1", cookie: "a=b", "x-pass": "1" },
  });
  expect(await response.json()).toEqual(answer);
  expect(upstream.seen[0]?.headers).toMatchObject({ "modal-key": "wk-1", cookie: "a=b" });
  for (const { headers } of [...other.seen, ...upstream.seen.slice(1)]) {
    expect(headers).not.toHaveProperty("authorization");
    expect(headers).not.toHaveProperty("modal-key");
    expect(headers).not.toHaveProperty("cookie");
    expect(headers).not.toHaveProperty("x-pass");
    expect(headers).toHaveProperty("user-agent");
  }
  expect(other.seen.map(({ path }) => path)).toEqual(["/result?x=1", "/again"]);
  expect(await proxy.record()).toMatchObject({ state: "ok", attempts: 1 });
});

test.for(["before the head", "by a 502", "by a 429"] as const)(
  "a result whose reading is interrupted %s is read again, and the call is not sent again",
  async (how) => {
    await using upstream = await fakeUpstream((response, { method }, count) => {
      if (method === "POST") return seeOther(response, "?id=1");
      if (count > 4) return json(response, answer);
      if (how === "before the head") return void response.socket?.resetAndDestroy();
      response.writeHead(how === "by a 502" ? 502 : 429, { "retry-after": "0.05" }).end();
    });
    // No retries: reading is no other try of the call.
    await using proxy = await testProxy({ upstream: upstream.url, retries: 0 });
    expect(await (await proxy.chat(chat)).json()).toEqual(answer);
    expect(upstream.seen.map(({ method }) => method)).toEqual(["POST", "GET", "GET", "GET", "GET"]);
    expect((await proxy.record()).state).toBe("ok");
  },
);

test.for([400, 404, 500] as const)("a result that is a %i is the result", async (status) => {
  await using upstream = await fakeUpstream((response, { method }) =>
    method === "POST"
      ? seeOther(response, "?id=1")
      : json(response, { error: { message: "no" } }, status),
  );
  await using proxy = await testProxy({ upstream: upstream.url, coldStartTimeout: 5 });
  const response = await proxy.chat(chat);
  expect([response.status, await response.text()]).toEqual([status, '{"error":{"message":"no"}}']);
  expect(upstream.seen.length).toBe(2);
  expect(await proxy.record()).toMatchObject({ state: "error", attempts: 1, error: "no" });
});

test("a result that breaks off after its first byte is truncated, and read no more", async () => {
  await using upstream = await fakeUpstream(async (response, { method }) => {
    if (method === "POST") return seeOther(response, "?id=1");
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(chatEvents(["a"])[0]);
    await sleep(30);
    response.socket?.resetAndDestroy();
  });
  await using proxy = await testProxy({ upstream: upstream.url });
  await expect((await proxy.chat({ ...chat, stream: true })).text()).rejects.toThrow();
  expect(upstream.seen.length).toBe(2);
  expect(await proxy.record()).toMatchObject({ state: "truncated", streamed: true, attempts: 1 });
});

test("redirects in a circle end with the limit for the first byte, and do not come in a flood", async () => {
  await using upstream = await fakeUpstream((response) => seeOther(response, "?id=1"));
  await using proxy = await testProxy({ upstream: upstream.url, firstByteTimeout: 1 });
  const began = performance.now();
  const response = await proxy.chat(chat);
  expect(response.status).toBe(504);
  expect(performance.now() - began).toBeLessThan(1500);
  expect(upstream.seen.length).toBeLessThan(60);
  expect(await proxy.record()).toMatchObject({ state: "error", status: 504, attempts: 1 });
});

test("a 503 of the app, then a 303: retries end where reading begins", async () => {
  await using upstream = await fakeUpstream((response, { method }, count) => {
    if (count === 1) return void response.writeHead(503, { "retry-after": "0" }).end();
    if (method === "POST") return seeOther(response, "?id=1");
    json(response, answer);
  });
  await using proxy = await testProxy({ upstream: upstream.url });
  expect((await proxy.chat(chat)).status).toBe(200);
  expect(upstream.seen.map(({ method }) => method)).toEqual(["POST", "POST", "GET"]);
  expect(await proxy.record()).toMatchObject({ state: "ok", attempts: 2 });
});

test.for([301, 302, 307, 308])("%i is passed on as it is", async (status) => {
  await using upstream = await fakeUpstream((response) => {
    response.writeHead(status, { location: "/elsewhere" }).end();
  });
  await using proxy = await testProxy({ upstream: upstream.url });
  const response = await proxy.chat(chat, { redirect: "manual" });
  expect([response.status, response.headers.get("location")]).toEqual([status, "/elsewhere"]);
  expect(upstream.seen.length).toBe(1);
});

test.for([undefined, "http://", "file:///etc/passwd"])(
  "a 303 to %s is passed on as it is",
  async (location) => {
    await using upstream = await fakeUpstream((response) => {
      response.writeHead(303, location === undefined ? {} : { location }).end();
    });
    await using proxy = await testProxy({ upstream: upstream.url });
    expect((await proxy.chat(chat, { redirect: "manual" })).status).toBe(303);
    expect(upstream.seen.length).toBe(1);
  },
);

test("the openai client reads a stream at the end of a chain", async () => {
  await using upstream = await fakeUpstream((response, _seen, count) => {
    if (count <= 3) return seeOther(response, `?n=${count}`);
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(chatEvents(["a", "b"], answer.usage).join(""));
  });
  await using proxy = await testProxy({ upstream: upstream.url });
  const client = new OpenAI({ baseURL: proxy.url, apiKey: secret, maxRetries: 0 });
  const stream = await client.chat.completions.create({ model: "m", messages: [], stream: true });
  let text = "";
  for await (const { choices } of stream) text += choices[0]?.delta.content ?? "";
  expect(text).toBe("ab");
  expect(await proxy.record()).toMatchObject({
    state: "ok",
    streamed: true,
    usage: { output_tokens: 5 },
  });
});
