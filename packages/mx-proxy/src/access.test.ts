import { mintTrialKey } from "@mx/keys";
import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { fakeUpstream, json } from "./testing/fake-upstream.ts";
import { secret, testProxy, type TestProxy } from "./testing/test-proxy.ts";

const claims = { run_id: "r-1", key: "ab".repeat(32), task_id: "t-1", trial: 2, attempt: 1 };
const chat = { model: "m", messages: [] };
const usage = { prompt_tokens: 5, completion_tokens: 2 };

async function refused(response: Response, status: number, code: string): Promise<void> {
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ error: { code, param: null } });
}

function usagePath(method: "GET" | "DELETE", proxy: TestProxy): Promise<unknown> {
  const path = `/mx/usage?key=${claims.key}&attempt=${claims.attempt}`;
  return proxy.fetch(path, { method }).then((response) => response.json());
}

test("without a good key there is 401, in the shape that OpenAI's clients know", async () => {
  await using upstream = await fakeUpstream((response) => json(response, {}));
  await using proxy = await testProxy({ upstream: upstream.url });
  const expired = await mintTrialKey(secret, claims, -2000);
  const forged = await mintTrialKey("another secret of the tests", claims, 60_000);
  for (const key of ["", "x", `${secret}x`, expired, forged]) {
    await refused(await proxy.chat(chat, { key }), 401, "invalid_api_key");
    await refused(await proxy.fetch("/mx/status", { key }), 401, "invalid_api_key");
  }
  expect(upstream.seen).toEqual([]);
  expect(proxy.records.length).toBe(5);
  expect(proxy.records[0]).toMatchObject({
    state: "refused",
    status: 401,
    upstream: null,
    key: null,
  });
});

test("a trial key's calls carry its claims into the record, and end with its life", async () => {
  await using upstream = await fakeUpstream((response) => json(response, { usage }));
  await using proxy = await testProxy({ upstream: upstream.url });
  const key = await mintTrialKey(secret, claims, 1000);
  expect((await proxy.chat(chat, { key })).status).toBe(200);
  const { model: _model, ...said } = { model: null, ...claims };
  expect(await proxy.record()).toMatchObject(said);
  await sleep(2100);
  await refused(await proxy.chat(chat, { key }), 401, "invalid_api_key");
});

test("a trial key is good for its model, for model calls, and for nothing below /mx", async () => {
  await using upstream = await fakeUpstream((response) => json(response, { usage }));
  await using proxy = await testProxy({ upstream: upstream.url });
  const key = await mintTrialKey(secret, { ...claims, model: "m" }, 60_000);
  expect((await proxy.chat(chat, { key })).status).toBe(200);
  expect((await proxy.fetch("/v1/models", { key })).status).toBe(200);
  await refused(await proxy.chat({ ...chat, model: "dear" }, { key }), 403, "model_not_allowed");
  await refused(await proxy.chat({ messages: [] }, { key }), 403, "model_not_allowed");
  await refused(await proxy.fetch("/v1/files", { key }), 403, "path_not_allowed");
  await refused(
    await proxy.fetch("/v1/models/m", { key, method: "DELETE" }),
    403,
    "path_not_allowed",
  );
  await refused(await proxy.fetch("/mx/usage?key=a&attempt=0", { key }), 401, "invalid_api_key");
  expect(upstream.seen.length).toBe(2);
  expect((await proxy.record(2)).error).toContain("model_not_allowed");
});

test("what is too large, or no path of the API, is refused", async () => {
  await using upstream = await fakeUpstream((response) => json(response, {}));
  await using proxy = await testProxy({ upstream: upstream.url, maxBody: 100 });
  const body = { ...chat, text: "x".repeat(100) };
  await refused(await proxy.chat(body), 413, "request_too_large");
  const stream = new Blob([JSON.stringify(body)]).stream();
  const chunked = { method: "POST", body: stream, duplex: "half" } as const;
  await refused(await proxy.fetch("/v1/chat/completions", chunked), 413, "request_too_large");
  await refused(await proxy.fetch("/chat/completions"), 404, "unknown_path");
  await refused(await proxy.fetch("/v1beta/models"), 404, "unknown_path");
  expect(upstream.seen).toEqual([]);
  expect(proxy.records.map(({ state }) => state)).toEqual(Array(4).fill("refused"));
});

test("usage adds up per attempt, and is forgotten when told so", async () => {
  await using upstream = await fakeUpstream((response, _seen, count) => {
    json(
      response,
      count === 2 ? { error: { message: "boom" } } : { usage },
      count === 2 ? 500 : 200,
    );
  });
  await using proxy = await testProxy({ upstream: upstream.url, retries: 0 });
  const key = await mintTrialKey(secret, claims, 60_000);
  const other = await mintTrialKey(secret, { ...claims, attempt: 0 }, 60_000);
  for (const token of [key, key, key, other]) await proxy.chat(chat, { key: token });
  await proxy.fetch("/v1/models", { key });
  expect(await usagePath("GET", proxy)).toMatchObject({
    calls: 3,
    ok: 2,
    failed: 1,
    last_state: "ok",
    last_status: 200,
    last_error: "boom",
    usage: { input_tokens: 10, output_tokens: 4, cached_input_tokens: null, calls: 2 },
    cost_usd: null,
    active: 0,
  });
  expect(await usagePath("DELETE", proxy)).toEqual({ aborted: 0 });
  expect(await usagePath("GET", proxy)).toMatchObject({ calls: 0, last_error: null });
});

test("forgetting an attempt ends its calls that are under way, and no others", async () => {
  await using upstream = await fakeUpstream((response, _seen, count) => {
    if (count === 2) setTimeout(() => json(response, { usage }), 300);
  });
  await using proxy = await testProxy({ upstream: upstream.url });
  const cut = proxy
    .chat(chat, { key: await mintTrialKey(secret, claims, 60_000) })
    .catch(() => "cut");
  while (upstream.seen.length < 1) await sleep(5);
  const kept = proxy.chat(chat, {
    key: await mintTrialKey(secret, { ...claims, attempt: 7 }, 60_000),
  });
  while (upstream.seen.length < 2) await sleep(5);
  expect(await usagePath("GET", proxy)).toMatchObject({ active: 1, calls: 0 });
  expect(await usagePath("DELETE", proxy)).toEqual({ aborted: 1 });
  expect(await cut).toBe("cut");
  await upstream.seen[0]?.gone;
  expect((await kept).status).toBe(200);
  expect(await proxy.record()).toMatchObject({ state: "cancelled", error: "the attempt was over" });
});

test("the status says what the proxy is, over the unix socket too", async () => {
  await using upstream = await fakeUpstream((response) =>
    json(response, { data: [{ id: "m-1" }] }),
  );
  await using proxy = await testProxy({ upstream: upstream.url });
  const text = await new Promise<string>((resolve, reject) => {
    const headers = { authorization: `Bearer ${secret}` };
    const call = request({ socketPath: proxy.socket, path: "/mx/status", headers }, (response) => {
      let body = "";
      response.on("data", (chunk: Buffer) => (body += chunk.toString()));
      response.on("end", () => resolve(body));
    });
    call.on("error", reject).end();
  });
  expect(JSON.parse(text)).toEqual({
    engine: "mx-proxy",
    version: expect.any(String),
    socket: proxy.socket,
    models: ["m-1"],
    active: 0,
    upstreams: [
      {
        name: new URL(upstream.url).host,
        address: `${upstream.url}/v1`,
        active: 0,
        queued: 0,
        concurrency: null,
        breaker: "closed",
        waking: null,
      },
    ],
  });
  await refused(await proxy.fetch("/mx/usage?key=a"), 400, "bad_query");
  await refused(await proxy.fetch("/mx/nothing"), 404, "unknown_path");
});

test("no secret is in a record, whatever path or model a client makes up", async () => {
  await using upstream = await fakeUpstream((response) => json(response, {}));
  await using proxy = await testProxy({ upstream: upstream.url });
  const key = await mintTrialKey(secret, claims, 60_000);
  await proxy.chat({ model: key }, { key });
  await proxy.fetch(`/v1/models/${key}`, { key });
  await proxy.fetch(`/v1/models/${secret}`);
  const text = JSON.stringify(proxy.records);
  expect(text).not.toContain(key);
  expect(text).not.toContain(secret);
  expect(text).toContain("***");
});
