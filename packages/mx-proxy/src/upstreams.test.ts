import OpenAI from "openai";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { chatEvents, fakeUpstream, json, type FakeUpstream } from "./testing/fake-upstream.ts";
import { secret, testProxy, type TestProxy } from "./testing/test-proxy.ts";

const chat = { model: "m", messages: [] };
const keys = { A_API_KEY: "sk-key-of-upstream-a", B_API_KEY: "sk-key-of-upstream-b" };

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "mx-upstreams-"))));
afterEach(() => rm(folder, { recursive: true, force: true }));

/** An upstream that lists its models and says its name. */
function named(name: string, models: string[] = ["m"]): Promise<FakeUpstream> {
  return fakeUpstream((response, { path }) => {
    if (path.endsWith("/models")) return json(response, { data: models.map((id) => ({ id })) });
    json(response, { model: name, choices: [] });
  });
}

async function configFile(text: string): Promise<string> {
  const path = join(folder, "proxy.yaml");
  await writeFile(path, text);
  return path;
}

const calls = ({ seen }: FakeUpstream) => seen.filter(({ method }) => method === "POST");

async function ask(
  proxy: TestProxy,
  body: object = chat,
): Promise<{ status: number; from: string }> {
  const response = await proxy.chat(body);
  const { model = "" } = (await response.json()) as { model?: string };
  return { status: response.status, from: model };
}

describe("failover", () => {
  test.for(["503", "429", "refused", "reset"] as const)(
    "an upstream that answers %s: the next one, at once, and the record tells both",
    async (fault) => {
      const bad = await fakeUpstream((response, { path }) => {
        if (path.endsWith("/models")) return json(response, { data: [{ id: "m" }] });
        if (fault === "reset") return void response.socket?.resetAndDestroy();
        response.setHeader("retry-after", "20");
        json(response, {}, Number(fault));
      });
      await using good = await named("good");
      await using proxy = await testProxy({
        config: await configFile(`
upstreams: [{ name: bad, base_url: "${bad.url}" }, { name: good, base_url: "${good.url}" }]
models: { m: [bad/far-m, good/near-m] }`),
      });
      if (fault === "refused") await bad[Symbol.asyncDispose]();
      const began = performance.now();
      expect(await ask(proxy)).toEqual({ status: 200, from: "good" });
      expect(performance.now() - began).toBeLessThan(2000);
      const { tries, ...record } = await proxy.record();
      expect(record).toMatchObject({
        upstream: "good",
        model_sent: "near-m",
        attempts: 2,
        state: "ok",
      });
      const status = /\d/.test(fault) ? Number(fault) : null;
      expect(tries).toMatchObject([
        { upstream: "bad", status },
        { upstream: "good", status: 200 },
      ]);
      expect(tries?.[0]?.error === undefined).toBe(status !== null);
      expect(JSON.parse(calls(good)[0]?.body ?? "")).toEqual({ ...chat, model: "near-m" });
      if (fault !== "refused") await bad[Symbol.asyncDispose]();
    },
  );

  test("never once the first byte is out", async () => {
    await using bad = await fakeUpstream(async (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(chatEvents(["a"])[0]);
      await sleep(30);
      response.socket?.resetAndDestroy();
    });
    await using good = await named("good");
    await using proxy = await testProxy({
      config: await configFile(`
upstreams: [{ name: bad, base_url: "${bad.url}" }, { name: good, base_url: "${good.url}" }]
models: { m: { targets: [bad, { upstream: good, order: 1 }] } }`),
    });
    const response = await proxy.chat({ ...chat, stream: true });
    await expect(response.text()).rejects.toThrow();
    expect(await proxy.record()).toMatchObject({
      state: "truncated",
      upstream: "bad",
      attempts: 1,
    });
    expect(good.seen).toEqual([]);
  });

  test("never once an upstream works on the call by itself (303): its result is only read", async () => {
    await using first = await fakeUpstream((response, { method }, count) => {
      if (method === "POST") return void response.writeHead(303, { location: "?id=1" }).end();
      response.setHeader("retry-after", "0");
      if (count < 5) return json(response, {}, 503);
      json(response, { model: "result" });
    });
    await using second = await named("second");
    await using proxy = await testProxy({
      config: await configFile(`
upstreams: [{ name: a, base_url: "${first.url}" }, { name: b, base_url: "${second.url}" }]
models: { m: [a, { upstream: b, order: 1 }] }`),
    });
    expect(await ask(proxy)).toEqual({ status: 200, from: "result" });
    expect(first.seen.map(({ method }) => method)).toEqual(["POST", "GET", "GET", "GET", "GET"]);
    expect(second.seen).toEqual([]);
  });

  test("tiers: the second is asked only where the first cannot, and all failed is the last one's reply", async () => {
    const failing = (name: string) =>
      fakeUpstream((response) => {
        response.setHeader("retry-after", "0");
        json(response, { error: { message: name } }, 503);
      });
    await using first = await failing("first");
    await using second = await failing("second");
    await using proxy = await testProxy({
      retries: 3,
      config: await configFile(`
upstreams: [{ name: a, base_url: "${first.url}" }, { name: b, base_url: "${second.url}" }]
models: { m: [{ upstream: a, order: 1 }, { upstream: b, order: 2 }] }`),
    });
    const response = await proxy.chat(chat);
    expect(response.status).toBe(503);
    expect(await response.text()).toBe('{"error":{"message":"second"}}');
    const { tries } = await proxy.record();
    expect(tries?.map(({ upstream }) => upstream)).toEqual(["a", "b", "a", "b"]);
  });

  test("another model answers only where the configuration says so", async () => {
    await using bad = await fakeUpstream((response) => {
      response.setHeader("retry-after", "0");
      json(response, {}, 503);
    });
    await using good = await named("good");
    await using proxy = await testProxy({
      retries: 1,
      config: await configFile(`
upstreams: [{ name: bad, base_url: "${bad.url}" }, { name: good, base_url: "${good.url}" }]
models:
  strict: bad/m1
  lenient: { targets: [bad/m1], fallbacks: [other] }
  other: good/m2`),
    });
    expect((await ask(proxy, { ...chat, model: "strict" })).status).toBe(503);
    expect(good.seen).toEqual([]);
    expect(await ask(proxy, { ...chat, model: "lenient" })).toEqual({ status: 200, from: "good" });
    const { tries, ...record } = await proxy.record(1);
    expect(tries?.map(({ upstream }) => upstream)).toEqual(["bad", "bad", "good"]);
    expect(record).toMatchObject({ model: "lenient", model_sent: "m2", upstream: "good" });
  });

  test("of many tries the first and the last are kept", async () => {
    await using bad = await fakeUpstream((response) => {
      response.setHeader("retry-after", "0");
      json(response, {}, 503);
    });
    await using proxy = await testProxy({ upstream: bad.url, retries: 22, retryBudget: 1000 });
    expect((await proxy.chat(chat)).status).toBe(503);
    const { tries, attempts } = await proxy.record();
    expect([attempts, tries?.length]).toEqual([23, 20]);
  });
});

describe("an upstream that fails time and again", () => {
  test("is passed over, tried by one call after a while, and comes back", async () => {
    let broken = true;
    await using first = await fakeUpstream((response) =>
      broken ? json(response, {}, 500) : json(response, { model: "first" }),
    );
    await using second = await named("second");
    await using proxy = await testProxy({
      config: await configFile(`
upstreams: [{ name: a, base_url: "${first.url}" }, { name: b, base_url: "${second.url}" }]
models: { m: [a, { upstream: b, order: 1 }] }
breaker: { failures: 2, cool_down_seconds: 0.4 }`),
    });
    for (let count = 0; count < 6; count += 1) expect((await ask(proxy)).from).toBe("second");
    expect(calls(first).length).toBe(2);
    const breakers = async () => {
      const status = (await (await proxy.fetch("/mx/status")).json()) as {
        upstreams: { breaker: string }[];
      };
      return status.upstreams.map(({ breaker }) => breaker);
    };
    expect(await breakers()).toEqual(["open", "closed"]);
    await sleep(450);
    expect(await breakers()).toEqual(["half_open", "closed"]);
    expect((await ask(proxy)).from).toBe("second");
    expect(calls(first).length).toBe(3);
    broken = false;
    await sleep(850);
    expect((await ask(proxy)).from).toBe("first");
    expect(await breakers()).toEqual(["closed", "closed"]);
    expect(proxy.notes).toEqual([
      "a failed 2 times in a row: passed over for 0.4 s where another can answer",
      "a answers again",
    ]);
  });

  test("is asked all the same where there is no other", async () => {
    await using only = await fakeUpstream((response, _seen, count) =>
      json(response, { model: "only" }, count > 8 ? 200 : 500),
    );
    await using proxy = await testProxy({ upstream: only.url, retries: 0, sameErrorLimit: 0 });
    for (let count = 0; count < 8; count += 1) expect((await ask(proxy)).status).toBe(500);
    expect((await ask(proxy)).status).toBe(200);
  });
});

describe("models", () => {
  test("several --upstream: each has its models and its key, and nobody else's", async () => {
    await using a = await named("A", ["m-a", "both"]);
    await using b = await named("B", ["m-b", "both", "org/m"]);
    await using proxy = await testProxy({ upstream: [`a=${a.url}`, `b=${b.url}`] }, keys);
    expect(await ask(proxy, { ...chat, model: "m-b" })).toMatchObject({ from: "B" });
    expect(await ask(proxy, { ...chat, model: "a/m-a" })).toMatchObject({ from: "A" });
    expect(await ask(proxy, { ...chat, model: "org/m" })).toMatchObject({ from: "B" });
    expect(await ask(proxy, { ...chat, model: "a/what/ever" })).toMatchObject({ from: "A" });
    expect(calls(a).map(({ body }) => JSON.parse(body).model)).toEqual(["m-a", "what/ever"]);
    expect(new Set(a.seen.map(({ headers }) => headers.authorization))).toEqual(
      new Set([`Bearer ${keys.A_API_KEY}`]),
    );
    expect(new Set(b.seen.map(({ headers }) => headers.authorization))).toEqual(
      new Set([`Bearer ${keys.B_API_KEY}`]),
    );
    const list = (await (await proxy.fetch("/v1/models")).json()) as { data: { id: string }[] };
    expect(list.data.map(({ id }) => id).sort()).toEqual(["both", "m-a", "m-b", "org/m"]);
    for (const path of ["/v1/models/org/m", "/v1/models/org%2Fm"]) {
      expect(await (await proxy.fetch(path)).json()).toEqual({ id: "org/m" });
    }
    expect((await proxy.fetch("/v1/models/none")).status).toBe(404);
    const unknown = await proxy.chat({ ...chat, model: "m-bb" });
    expect(unknown.status).toBe(404);
    const { error } = (await unknown.json()) as { error: { code: string; message: string } };
    expect(error.code).toBe("model_not_found");
    expect(error.message).toContain("did you mean m-b?");
    expect(error.message).toContain("m-a, both, m-b, org/m");
    // What is not about models goes to the first.
    expect((await proxy.fetch("/v1/files")).status).toBe(200);
    expect(a.seen.at(-1)?.path).toBe("/v1/files");
  });

  test("not a byte changes but the model", async () => {
    await using upstream = await named("x");
    await using proxy = await testProxy({
      config: await configFile(`
upstreams: [{ name: x, base_url: "${upstream.url}" }]
models: { "my/alias": x/org/real }`),
    });
    const body = (model: string) =>
      `{ "seed":9007199254740993,\t"messages":[{"role":"user","content":"\\"model\\": \\u00e9 é"}],` +
      `"model" : ${model} , "guided_json":{"model":"inner"},"x":1e400,"temperature":0.10}`;
    expect((await proxy.chat(body('"my\\/alias"'))).status).toBe(200);
    expect(upstream.seen.at(-1)?.body).toBe(body('"org/real"'));
    expect((await proxy.chat(body('"other"'))).status).toBe(200);
    expect(upstream.seen.at(-1)?.body).toBe(body('"other"'));
    const [first, second] = [await proxy.record(0), await proxy.record(1)];
    expect(first).toMatchObject({ model: "my/alias", model_sent: "org/real" });
    expect(second).not.toHaveProperty("model_sent");
  });

  test("a LiteLLM file as it is: azure's paths and key, wildcards, aliases", async () => {
    await using upstream = await named("x");
    await using proxy = await testProxy(
      {
        config: await configFile(`
model_list:
  - model_name: mini
    litellm_params: { model: azure/dep-1, api_base: ${upstream.url}, api_key: os.environ/A_API_KEY, api_version: "2024-06-01" }
  - model_name: "vllm/*"
    litellm_params: { model: "hosted_vllm/*", api_base: "${upstream.url}/v1" }
router_settings: { model_group_alias: { judge: mini } }
litellm_settings: { drop_params: true }`),
      },
      keys,
    );
    for (const model of ["mini", "judge", "vllm/org/m"]) {
      expect((await ask(proxy, { ...chat, model })).status).toBe(200);
    }
    const azure = "/openai/deployments/dep-1/chat/completions?api-version=2024-06-01";
    expect(upstream.seen.map(({ path, body }) => [path, JSON.parse(body).model])).toEqual([
      [azure, "dep-1"],
      [azure, "dep-1"],
      ["/v1/chat/completions", "org/m"],
    ]);
    expect(upstream.seen[0]?.headers["api-key"]).toBe(keys.A_API_KEY);
    expect(upstream.seen[0]?.headers.authorization).toBeUndefined();
    expect(upstream.seen[2]?.headers.authorization).toBeUndefined();
    expect((await ask(proxy, { ...chat, model: "dep-1" })).status).toBe(404);
    expect(proxy.notes.join()).toContain("drop_params is not done");
    const list = (await (await proxy.fetch("/v1/models")).json()) as { data: { id: string }[] };
    expect(list.data.map(({ id }) => id)).toEqual(["mini", "judge"]);
  });
});

describe("balance", () => {
  test("the least under way: ten slow calls are five each", async () => {
    const slow = () => fakeUpstream(async (response) => (await sleep(150), json(response, {})));
    await using a = await slow();
    await using b = await slow();
    await using proxy = await testProxy({
      config: await configFile(`
upstreams: [{ name: a, base_url: "${a.url}" }, { name: b, base_url: "${b.url}" }]
models: { m: [a, b] }`),
    });
    await Promise.all(Array.from({ length: 10 }, () => ask(proxy)));
    expect([a.seen.length, b.seen.length]).toEqual([5, 5]);
  });

  test("sticky: a conversation stays where it began, and another may be elsewhere", async () => {
    await using a = await named("A");
    await using b = await named("B");
    await using proxy = await testProxy({
      upstream: [`a=${a.url}`, `b=${b.url}`],
      balance: "sticky",
    });
    const places = new Set<string>();
    for (let n = 0; n < 12; n += 1) {
      const messages = [
        { role: "system", content: "s" },
        { role: "user", content: `task ${n}` },
      ];
      const { from } = await ask(proxy, { ...chat, messages });
      places.add(from);
      for (const content of ["x", "y"]) {
        const longer = [...messages, { role: "assistant", content }];
        expect((await ask(proxy, { ...chat, messages: longer })).from).toBe(from);
      }
    }
    expect(places.size).toBe(2);
    // A name that the client gives goes before how the conversation begins.
    const session = { headers: { "x-mx-session": "one" } };
    const answers = new Set<string>();
    for (let n = 0; n < 6; n += 1) {
      const messages = [{ role: "user", content: `${n}` }];
      answers.add(await (await proxy.chat({ ...chat, messages }, session)).text());
    }
    expect(answers.size).toBe(1);
  });
});

test("an upstream that is paid by the hour: what a call costs is the time that it has it for", async () => {
  await using upstream = await fakeUpstream(async (response, { method }) => {
    if (method === "POST") await sleep(300);
    json(response, { model: "m", usage: { prompt_tokens: 1, completion_tokens: 1 } });
  });
  await using proxy = await testProxy({
    budgetUsd: 100,
    config: await configFile(
      `upstreams: [{ name: gpu, base_url: "${upstream.url}", usd_per_hour: 3600 }]\n`,
    ),
  });
  expect((await proxy.chat({ ...chat, model: "nobody-knows-its-price" })).status).toBe(200);
  const { cost_usd: usd, elapsed_ms: ms } = await proxy.record();
  expect(usd).toBeGreaterThan(0.29);
  expect(usd).toBeLessThanOrEqual(ms / 1000);
});

test("the openai client with its own retries does not multiply ours", async () => {
  await using upstream = await fakeUpstream((response) => {
    response.setHeader("retry-after", "0");
    json(response, { error: { message: "busy" } }, 503);
  });
  await using proxy = await testProxy({ upstream: upstream.url });
  const client = new OpenAI({ baseURL: proxy.url, apiKey: secret });
  const failure: unknown = await client.chat.completions
    .create({ model: "m", messages: [] })
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({ status: 503 });
  expect(upstream.seen.length).toBe(3);
  const response = await proxy.chat(chat);
  expect(response.headers.get("x-should-retry")).toBe("false");
  expect(response.headers.get("x-mx-attempts")).toBe("3");
  expect(await response.text()).toBe('{"error":{"message":"busy"}}');
});

test("nor where nobody answers: the proxy's own error says so, too", async () => {
  const gone = await fakeUpstream(() => {});
  await gone[Symbol.asyncDispose]();
  await using proxy = await testProxy({ upstream: gone.url, retries: 1 });
  const response = await proxy.chat(chat);
  expect(response.status).toBe(502);
  expect(response.headers.get("x-should-retry")).toBe("false");
  expect(response.headers.get("x-mx-attempts")).toBe("2");
});
