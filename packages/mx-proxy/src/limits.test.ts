import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { chatEvents, fakeUpstream, json, type FakeUpstream } from "./testing/fake-upstream.ts";
import { testProxy } from "./testing/test-proxy.ts";

const chat = { model: "m", messages: [] };

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "mx-limits-"))));
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Counting extends FakeUpstream {
  /** The most calls that were under way at once. */
  most: number;
  /** Calls that were turned away. */
  refused: number;
}

/** Answers after a while; with `places`, says 429 to whoever is one too many. */
async function counting(ms: number, places = Infinity): Promise<Counting> {
  let active = 0;
  const upstream = await fakeUpstream(async (response, { method }) => {
    if (method === "GET") return json(response, { data: [{ id: "m" }] });
    if (active >= places) {
      counts.refused += 1;
      response.setHeader("retry-after", "0.2");
      return json(response, { error: { message: "slow down" } }, 429);
    }
    active += 1;
    counts.most = Math.max(counts.most, active);
    await sleep(ms);
    active -= 1;
    json(response, { model: "m", usage: { prompt_tokens: 10, completion_tokens: 5 } });
  });
  const counts: Counting = Object.assign(upstream, { most: 0, refused: 0 });
  return counts;
}

test("--concurrency: so many at once, the others wait, and their records say for how long", async () => {
  await using upstream = await counting(300);
  await using proxy = await testProxy({ upstream: upstream.url, concurrency: 2 });
  const calls = Array.from({ length: 8 }, () => proxy.chat(chat));
  const places: object[] = [];
  for (let waited = 0; waited < 20; waited += 1) {
    const status = (await (await proxy.fetch("/mx/status")).json()) as { upstreams: object[] };
    places.push(...status.upstreams);
    await sleep(10);
  }
  expect(places).toContainEqual(
    expect.objectContaining({ active: 2, queued: 6, concurrency: 2, breaker: "closed" }),
  );
  for (const response of await Promise.all(calls)) expect(response.status).toBe(200);
  expect(upstream.most).toBe(2);
  const waited = proxy.records.map(({ queue_ms = 0 }) => queue_ms);
  expect(waited.filter((ms) => ms === 0).length).toBe(2);
  expect(Math.max(...waited)).toBeGreaterThan(600);
});

test("--requests-per-minute: what is over it waits", async () => {
  await using upstream = await counting(0);
  await using proxy = await testProxy({ upstream: upstream.url, requestsPerMinute: 3 });
  const controller = new AbortController();
  const calls = Array.from({ length: 5 }, () =>
    proxy.chat(chat, { signal: controller.signal }).catch(() => null),
  );
  const post = () => upstream.seen.filter(({ method }) => method === "POST").length;
  while (post() < 3) await sleep(10);
  await sleep(400);
  const status = await (await proxy.fetch("/mx/status")).json();
  expect(status).toMatchObject({ upstreams: [{ active: 0, queued: 2 }] });
  controller.abort();
  await Promise.all(calls);
  expect(post()).toBe(3);
});

test("--tokens-per-minute: what calls really took makes room for others", async () => {
  await using upstream = await counting(50);
  // Each call is expected to take about 900 tokens, and takes 15.
  const body = { ...chat, max_tokens: 890 };
  await using proxy = await testProxy({ upstream: upstream.url, tokensPerMinute: 1000 });
  for (const response of await Promise.all([1, 2, 3, 4].map(() => proxy.chat(body)))) {
    expect(response.status).toBe(200);
  }
  expect(upstream.most).toBe(1);
});

test("429: the upstream is left alone, and asked less at once until it has no complaints", async () => {
  await using upstream = await counting(30, 3);
  await using proxy = await testProxy({ upstream: upstream.url, retries: 10 });
  const calls = Array.from({ length: 40 }, () => proxy.chat(chat));
  for (const response of await Promise.all(calls)) expect(response.status).toBe(200);
  // Whoever comes in the first burst is turned away; without a lesson from it each round would be again.
  const attempts = proxy.records.reduce((sum, record) => sum + record.attempts, 0);
  expect(upstream.refused).toBeGreaterThan(0);
  expect(attempts).toBeLessThan(40 * 3);
  console.log(`429 with 3 places: ${attempts} calls for 40 answers, ${upstream.refused} refused`);
});

describe("a client that leaves", () => {
  test("while it waits for a place: it never gets one, and the next one does", async () => {
    await using upstream = await counting(300);
    await using proxy = await testProxy({ upstream: upstream.url, concurrency: 1 });
    const first = proxy.chat(chat);
    while (upstream.seen.length === 0) await sleep(5);
    const controller = new AbortController();
    const second = proxy.chat(chat, { signal: controller.signal }).catch(() => null);
    await sleep(30);
    const third = proxy.chat(chat);
    await sleep(30);
    const left = performance.now();
    controller.abort();
    await second;
    const record = await proxy.record();
    const ms = performance.now() - left;
    console.log(`cancelled in the queue after ${ms.toFixed(1)} ms`);
    expect(ms).toBeLessThan(200);
    expect(record).toMatchObject({ state: "cancelled", attempts: 0, upstream: null });
    expect(record.queue_ms).toBeGreaterThan(20);
    expect([(await first).status, (await third).status]).toEqual([200, 200]);
    expect(upstream.seen.length).toBe(2);
  });

  test("while it is being connected: the connection is given up", async () => {
    const closed: number[] = [];
    // It takes the connection and never says a word, so that the handshake is never over.
    const silent = createServer((socket) => {
      socket.on("error", () => {});
      socket.resume().on("close", () => closed.push(performance.now()));
    });
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as AddressInfo;
    await using proxy = await testProxy({ upstream: `https://127.0.0.1:${port}` });
    const controller = new AbortController();
    const call = proxy.chat(chat, { signal: controller.signal }).catch(() => null);
    await sleep(200);
    const left = performance.now();
    controller.abort();
    await call;
    while (closed.length === 0 && performance.now() - left < 3000) await sleep(2);
    const ms = (closed[0] ?? Infinity) - left;
    console.log(`cancelled while connecting after ${ms.toFixed(1)} ms`);
    expect(ms).toBeLessThan(300);
    expect(await proxy.record()).toMatchObject({ state: "cancelled", attempts: 1, upstream: null });
    silent.close();
  });
});

test("faults, and clients that leave at any moment: no place is lost", async () => {
  const moody = () =>
    fakeUpstream(async (response, { method }, count) => {
      if (method === "GET") return json(response, { data: [{ id: "m" }] });
      await sleep(Math.random() * 30);
      if (count % 11 === 0) return void response.socket?.resetAndDestroy();
      if (count % 7 === 0) return json(response, {}, 503);
      if (count % 13 === 0) {
        response.setHeader("retry-after", "0.05");
        return json(response, {}, 429);
      }
      response.writeHead(200, { "content-type": "text/event-stream" });
      for (const event of chatEvents(["a", "b"])) {
        response.write(event);
        await sleep(Math.random() * 10);
        if (count % 17 === 0) return void response.destroy();
      }
      response.end();
    });
  await using a = await moody();
  await using b = await moody();
  const path = join(folder, "proxy.yaml");
  const limits = "limits: { concurrency: 5, tokens_per_minute: 100000000 }";
  await writeFile(
    path,
    `
upstreams:
  - { name: a, base_url: "${a.url}", ${limits} }
  - { name: b, base_url: "${b.url}", ${limits} }
models: { m: [a, b] }
breaker: { failures: 3, cool_down_seconds: 0.1 }
`,
  );
  await using proxy = await testProxy({ config: path, sameErrorLimit: 0 });
  const count = 200;
  const outcomes = Array.from({ length: count }, async (_, n) => {
    const controller = new AbortController();
    if (n % 3 === 0) setTimeout(() => controller.abort(), Math.random() * 800);
    const { signal } = controller;
    const body = { ...chat, stream: true, messages: [{ role: "user", content: `${n}` }] };
    return proxy
      .chat(body, { signal })
      .then(async (response) => (await response.text(), response.status))
      .catch(() => 0);
  });
  const statuses = await Promise.all(outcomes);
  expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(count / 3);
  expect(proxy.records.some(({ state }) => state === "cancelled")).toBe(true);
  const empty = {
    active: 0,
    upstreams: [
      { name: "a", active: 0, queued: 0 },
      { name: "b", active: 0, queued: 0 },
    ],
  };
  const status = async () =>
    (await proxy.fetch("/mx/status")).json() as Promise<{ active: number }>;
  for (let waited = 0; waited < 100 && (await status()).active > 0; waited += 1) await sleep(20);
  expect(await status()).toMatchObject(empty);
  expect(proxy.records.length).toBeGreaterThan(count * 0.6);
});

describe("a configuration that changes", () => {
  const config = (url: string, more = "") =>
    `upstreams: [{ name: up, base_url: "${url}" ${more}}]\n`;

  test("calls that are under way end where they began, and none is dropped", async () => {
    await using old = await counting(600);
    await using young = await counting(5);
    const path = join(folder, "proxy.yaml");
    await writeFile(path, config(old.url, ", limits: { concurrency: 10 }"));
    await using proxy = await testProxy({ config: path });
    // Ten are at the upstream and ten wait for a place there when it goes.
    const before = Array.from({ length: 20 }, () => proxy.chat(chat));
    while (old.seen.length < 10) await sleep(5);
    await writeFile(path, config(young.url));
    while (!proxy.notes.some((note) => note.includes("read again"))) await sleep(10);
    const after = Array.from({ length: 20 }, () => proxy.chat(chat));
    for (const response of await Promise.all([...before, ...after])) {
      expect(response.status).toBe(200);
      await response.arrayBuffer();
    }
    expect([old.seen.length, young.seen.length]).toEqual([20, 20]);
    for (const record of proxy.records) expect(record).toMatchObject({ state: "ok", attempts: 1 });
    // Nothing is left of the former upstream.
    const open = () => [...old.connections].filter((socket) => !socket.destroyed).length;
    for (let waited = 0; waited < 100 && open() > 0; waited += 1) await sleep(20);
    expect(open()).toBe(0);
  });

  test("one that is broken is reported, and the former one stays", async () => {
    await using upstream = await counting(0);
    const path = join(folder, "proxy.yaml");
    await writeFile(path, config(upstream.url));
    await using proxy = await testProxy({ config: path });
    await writeFile(path, "upstreams: [{ name: up, colour: red }]\n");
    while (proxy.notes.length === 0) await sleep(10);
    expect(proxy.notes[0]).toContain("proxy.yaml:1: upstreams.0: Unrecognized key");
    expect(proxy.notes[0]).toContain("the former configuration stays");
    expect((await proxy.chat(chat)).status).toBe(200);
  });

  test("a key that is new is masked from then on", async () => {
    await using upstream = await fakeUpstream((response, { headers }) =>
      json(response, { error: { message: `bad ${headers.authorization}` } }, 401),
    );
    const path = join(folder, "proxy.yaml");
    const keyed = (name: string) => config(upstream.url, `, api_key_file: ${name} `);
    await writeFile(join(folder, "one.key"), "sk-first-key-123456");
    await writeFile(join(folder, "two.key"), "sk-second-key-123456");
    await writeFile(path, keyed("one.key"));
    await using proxy = await testProxy({ config: path });
    expect(await (await proxy.chat(chat)).text()).toContain("bad Bearer ***");
    await writeFile(path, keyed("two.key"));
    while (!proxy.notes.some((note) => note.includes("read again"))) await sleep(10);
    expect(await (await proxy.chat(chat)).text()).toContain("bad Bearer ***");
    expect(upstream.seen.map(({ headers }) => headers.authorization)).toEqual([
      "Bearer sk-first-key-123456",
      "Bearer sk-second-key-123456",
    ]);
    expect(JSON.stringify(proxy.records)).not.toContain("sk-");
  });
});
