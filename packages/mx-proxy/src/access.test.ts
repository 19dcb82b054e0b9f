import { mintTrialKey, type TrialClaims } from "@mx/keys";
import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { fakeUpstream, json } from "./testing/fake-upstream.ts";
import { secret, testProxy, upstreamKey, type TestProxy } from "./testing/test-proxy.ts";

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

/** A call over the unix socket. */
function overSocket(
  socketPath: string,
  path: string,
  key: string,
  { method, body }: { method: string; body?: string },
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${key}` };
    const call = request({ socketPath, path, method, headers }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString()));
      response.on("end", () => resolve(new Response(text, { status: response.statusCode ?? 0 })));
    });
    call.on("error", reject).end(body);
  });
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

test("a key is taken as the usual clients send it; keys that differ are refused", async () => {
  await using upstream = await fakeUpstream((response) => json(response, { usage }));
  await using proxy = await testProxy({ upstream: upstream.url });
  const key = await mintTrialKey(secret, claims, 60_000);
  const post = (headers: Record<string, string>) =>
    fetch(`${proxy.url}/chat/completions`, { method: "POST", headers, body: JSON.stringify(chat) });
  for (const token of [key, secret]) {
    expect((await post({ "x-api-key": token })).status).toBe(200);
    expect((await post({ "api-key": token })).status).toBe(200);
    expect((await post({ authorization: `Bearer ${token}`, "x-api-key": token })).status).toBe(200);
    await refused(await post({ authorization: `Basic ${btoa(token)}` }), 401, "invalid_api_key");
  }
  const both = await post({ authorization: `Bearer ${key}`, "x-api-key": secret });
  await refused(both, 401, "invalid_api_key");
  const page = await fetch(`${proxy.origin}/mx/status`, { headers: { "api-key": secret } });
  expect(page.status).toBe(200);
  for (const { headers } of upstream.seen) {
    expect(headers).toMatchObject({ authorization: `Bearer ${upstreamKey}` });
    expect(headers).not.toHaveProperty("x-api-key");
    expect(headers).not.toHaveProperty("api-key");
  }
});

test("what is forged, expired, of another run, over budget or for another model is refused everywhere", async () => {
  await using upstream = await fakeUpstream((response) => json(response, { usage }));
  await using proxy = await testProxy({ upstream: upstream.url, run: "r-1" });
  const mint = (more: Partial<TrialClaims>, by = secret, ttl = 60_000) =>
    mintTrialKey(by, { ...claims, ...more }, ttl);
  const spent = await mint({ key: "spent", budget_tokens: 7 });
  expect((await proxy.chat(chat, { key: spent })).status).toBe(200);
  const body = JSON.stringify(chat);
  const asks = ["chat/completions", "completions", "embeddings", "responses", "rerank", "messages"];
  const calls = [
    ...asks.map((path) => ({ method: "POST", path: `/v1/${path}`, body })),
    { method: "POST", path: "/v1/messages/count_tokens", body },
    { method: "GET", path: "/v1/models" },
    { method: "GET", path: "/v1/models/m" },
    { method: "GET", path: "/v1/files" },
    { method: "GET", path: "/v1/unheard/of" },
  ];
  const pages = ["/mx/status", "/mx/usage", "/mx/usage?run=r-1", "/metrics", "/mx/nothing"];
  const bad: [string, string, number, string][] = [
    ["forged", await mint({}, "another secret of the tests"), 401, "neither the admin key"],
    ["expired", await mint({}, secret, -2000), 401, "has expired"],
    ["of another run", await mint({ run_id: "r-2" }), 403, "another run than r-1"],
    ["over budget", spent, 402, "7 tokens spent and 0 reserved of 7"],
    ["for another model", await mint({ models: ["cheap"] }), 403, "good for cheap only"],
  ];
  for (const [kind, key, status, message] of bad) {
    for (const { path, ...call } of calls) {
      const answers = [
        await proxy.fetch(path, { ...call, key }),
        await overSocket(proxy.socket, path, key, call),
      ];
      for (const answer of answers) {
        const text = await answer.text();
        const what = `${kind}: ${call.method} ${path} ${answer.status} ${text}`;
        // A key with a limit is good for what costs nothing.
        const limited = kind === "over budget" || kind === "for another model";
        if (limited && /models/.test(path)) expect(answer.status, what).toBe(200);
        else if (limited && call.method === "GET") expect(answer.status, what).toBe(403);
        else {
          expect(answer.status, what).toBe(status);
          expect(text, what).toContain(message);
        }
      }
    }
    for (const path of pages) {
      const { status: code } = await proxy.fetch(path, { key });
      expect(code, `${kind}: ${path}`).toBe(kind === "of another run" ? 403 : 401);
    }
  }
  expect(upstream.seen.filter(({ method }) => method === "POST").length).toBe(1);
});

test("a key's models are the names that are asked for", async () => {
  await using upstream = await fakeUpstream((response) => json(response, { usage, model: "m-9" }));
  await using proxy = await testProxy({ upstream: upstream.url });
  const key = await mintTrialKey(secret, { ...claims, models: ["org/m", "n"] }, 60_000);
  for (const model of ["org/m", "n"]) {
    expect((await proxy.chat({ ...chat, model }, { key })).status).toBe(200);
  }
  for (const model of ["m", "m-9", "org", "ORG/M", "", null, ["n"]]) {
    await refused(await proxy.chat({ ...chat, model }, { key }), 403, "model_not_allowed");
  }
  // Some servers take the first of two, others the last, and some take no notice of capitals.
  for (const body of [
    '{"model":"dear","messages":[],"model":"n"}',
    '{"model":"n","messages":[],"Model":"dear"}',
    String.raw`{"\u006dodel":"dear","messages":[],"model":"n"}`,
  ]) {
    await refused(await proxy.chat(body, { key }), 403, "model_not_allowed");
  }
  const nested = '{"messages":[{"model":"dear","text":"\\"model\\":1"}],"model":"n"}';
  expect((await proxy.chat(nested, { key })).status).toBe(200);
});

test("a trial key's calls carry its claims into the record, and end with its life", async () => {
  await using upstream = await fakeUpstream((response) => json(response, { usage }));
  await using proxy = await testProxy({ upstream: upstream.url });
  const key = await mintTrialKey(secret, claims, 1000);
  expect((await proxy.chat(chat, { key })).status).toBe(200);
  expect(await proxy.record()).toMatchObject(claims);
  await sleep(2100);
  await refused(await proxy.chat(chat, { key }), 401, "invalid_api_key");
});

test("a trial key is good for its model, for model calls, and for nothing below /mx", async () => {
  await using upstream = await fakeUpstream((response) => json(response, { usage }));
  await using proxy = await testProxy({ upstream: upstream.url });
  const key = await mintTrialKey(secret, { ...claims, models: ["m"] }, 60_000);
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
  const status = await overSocket(proxy.socket, "/mx/status", secret, { method: "GET" });
  expect(await status.json()).toEqual({
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
    budget: { run: { usd: null, tokens: null }, trials: { budgets: 0, at_limit: 0 } },
    mcp: [],
    traces: null,
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
