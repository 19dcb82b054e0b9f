import { mintTrialKey } from "@mx/keys";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ReplyStore } from "./cache/reply-store.ts";
import { chatEvents, fakeUpstream, json } from "./testing/fake-upstream.ts";
import { secret, testProxy, upstreamKey } from "./testing/test-proxy.ts";

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "mx-cache-"))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const chat = { model: "m", messages: [{ role: "user", content: "ä €" }] };
const usage = { prompt_tokens: 3, completion_tokens: 5 };
const answer = (count: number) => ({ id: `c-${count}`, model: "m-1", choices: [], usage });
const as = (trial: number, attempt = 0) => ({
  headers: { "x-mx-trial": `${trial}`, "x-mx-attempt": `${attempt}` },
});

async function entries(): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
}

test("a repeated attempt is answered from the cache, another trial and another sample are not", async () => {
  await using upstream = await fakeUpstream((response, _seen, count) => {
    json(response, answer(count));
  });
  await using proxy = await testProxy({ upstream: upstream.url, cache: folder });
  const ask = async (trial: number, attempt: number) => {
    const response = await proxy.chat(chat, as(trial, attempt));
    return ((await response.json()) as { id: string }).id;
  };
  // Two samples of one trial, and one of another.
  expect([await ask(0, 0), await ask(0, 0), await ask(1, 0)]).toEqual(["c-1", "c-2", "c-3"]);
  expect([await ask(0, 1), await ask(0, 1), await ask(1, 1)]).toEqual(["c-1", "c-2", "c-3"]);
  expect([await ask(0, 1)]).toEqual(["c-4"]);
  expect(upstream.seen.length).toBe(4);
  expect(proxy.records.map(({ cache }) => cache).join()).toBe("miss,miss,miss,hit,hit,hit,miss");
  expect(proxy.records[0]).toMatchObject({ attempts: 1, usage: { calls: 1, output_tokens: 5 } });
  expect(proxy.records[0]).not.toHaveProperty("stored_usage");
  expect(proxy.records[3]).toMatchObject({
    state: "ok",
    upstream: null,
    attempts: 0,
    model_served: "m-1",
    usage: { calls: 0, output_tokens: null },
    cost_usd: 0,
    stored_usage: { calls: 1, input_tokens: 3, output_tokens: 5 },
  });
});

test("another proxy on the same folder gives the same bytes: streams, their hidden usage, gzip", async () => {
  const zipped = gzipSync(JSON.stringify(answer(1)));
  await using upstream = await fakeUpstream((response, { body }) => {
    if (!body.includes('"stream":true')) {
      return void response
        .writeHead(200, {
          "content-type": "application/json",
          "content-encoding": "gzip",
          "x-served-by": "1",
          "set-cookie": "session=1",
        })
        .end(zipped);
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const event of chatEvents(["ä", "€\u0000", "z"], usage)) response.write(event);
    response.end();
  });
  const run = async () => {
    await using proxy = await testProxy({ upstream: upstream.url, cache: folder });
    const plain = await proxy.chat(chat, { headers: { "accept-encoding": "gzip" } });
    const stream = await proxy.chat({ ...chat, stream: true });
    const texts = [await plain.text(), await stream.text()];
    return { texts, served: plain.headers.get("x-served-by"), records: proxy.records };
  };
  const [first, second] = [await run(), await run()];
  expect(second.texts).toEqual(first.texts);
  expect(second.served).toBe("1");
  expect(first.texts[1]).not.toContain("prompt_tokens");
  expect(second.records.map(({ cache }) => cache)).toEqual(["hit", "hit"]);
  for (const { stored_usage } of second.records) expect(stored_usage).toMatchObject({ calls: 1 });
  expect(upstream.seen.length).toBe(2);
  const files = await entries();
  expect(files.length).toBe(2);
  for (const file of files) {
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, "utf8")).not.toContain("session=1");
  }
});

test.for([
  ["an error", (response) => json(response, { error: { message: "no" } }, 500)],
  ["an error in a 200", (response) => json(response, { error: { message: "no" } })],
  [
    "what is no JSON",
    (response) => response.writeHead(200, { "content-type": "application/json" }).end("{"),
  ],
  [
    "a stream that ended too early",
    (response) =>
      response.writeHead(200, { "content-type": "text/event-stream" }).end(chatEvents(["a"])[0]),
  ],
  ["a reply that quotes the key", (response) => json(response, { said: upstreamKey })],
] as [string, (response: Parameters<typeof json>[0]) => void][])(
  "%s is not stored, and the call that tries again takes its place",
  async ([, bad]) => {
    await using upstream = await fakeUpstream((response, _seen, count) => {
      if (count === 1) bad(response);
      else json(response, answer(count));
    });
    await using proxy = await testProxy({ upstream: upstream.url, cache: folder, retries: 0 });
    await (await proxy.chat(chat)).text().catch(() => "");
    expect(await entries()).toEqual([]);
    await (await proxy.chat(chat)).text();
    const again = await (await proxy.chat(chat, as(0, 1))).text();
    expect(upstream.seen.length).toBe(proxy.records[0]?.state === "ok" ? 3 : 2);
    expect(again).toContain(proxy.records[0]?.state === "ok" ? "c-3" : "c-2");
  },
);

test("a client that leaves stores nothing, and its retry is answered anew", async () => {
  await using upstream = await fakeUpstream(async (response, _seen, count) => {
    if (count === 1) await sleep(60_000, undefined, { ref: false });
    else json(response, answer(count));
  });
  await using proxy = await testProxy({ upstream: upstream.url, cache: folder });
  const gone = proxy.chat(chat, { signal: AbortSignal.timeout(100) });
  await expect(gone).rejects.toThrow();
  expect((await proxy.record()).cache).toBe("miss");
  for (const attempt of [0, 1]) {
    const reply = (await (await proxy.chat(chat, as(0, attempt))).json()) as { id: string };
    expect(reply.id).toBe("c-2");
  }
});

test("what is not a model call is passed on every time", async () => {
  await using upstream = await fakeUpstream((response, _seen, count) => json(response, { count }));
  await using proxy = await testProxy({ upstream: upstream.url, cache: folder });
  for (const path of ["/v1/models", "/v1/files"]) {
    for (const attempt of ["0", "1"]) {
      const method = path === "/v1/files" ? "POST" : "GET";
      const headers = { "x-mx-attempt": attempt };
      const body = method === "POST" ? "{}" : null;
      await (await proxy.fetch(path, { method, body, headers })).text();
    }
  }
  expect(upstream.seen.length).toBe(4);
  expect(proxy.records.every(({ cache }) => cache === "off")).toBe(true);
});

test("headers that decide about the answer belong to the question", async () => {
  await using upstream = await fakeUpstream((response, _seen, count) => {
    json(response, answer(count));
  });
  await using proxy = await testProxy({ upstream: upstream.url, cache: folder });
  for (const [attempt, beta] of ["a", "b", "a"].entries()) {
    const headers = { "openai-beta": beta, "x-mx-attempt": `${attempt}`, "x-other": `${attempt}` };
    await (await proxy.chat(chat, { headers })).text();
  }
  expect(proxy.records.map(({ cache }) => cache).join()).toBe("miss,miss,hit");
});

test("a trial key says which trial asks; a budget is not spent by a hit", async () => {
  await using upstream = await fakeUpstream((response, _seen, count) => {
    json(response, answer(count));
  });
  await using proxy = await testProxy({
    upstream: upstream.url,
    cache: folder,
    trialBudgetTokens: 10,
  });
  const claims = { run_id: "r", key: "ab".repeat(32), task_id: "t", trial: 2 };
  for (const attempt of [0, 1, 2, 3]) {
    const key = await mintTrialKey(secret, { ...claims, attempt }, 60_000);
    const response = await proxy.chat(chat, { key, headers: { "x-mx-trial": `${attempt}` } });
    expect(response.status).toBe(200);
    await response.text();
  }
  expect(proxy.records.map(({ cache }) => cache).join()).toBe("miss,hit,hit,hit");
});

test("a damaged entry is a miss, and is said once", async () => {
  const notes: string[] = [];
  const store = await ReplyStore.open(folder, (text) => notes.push(text));
  const reply = { status: 200, message: "", headers: [], pieces: [{ at_ms: 0, text: "whole" }] };
  const keys = ["aa01", "aa02"];
  for (const key of keys) store.write(key, reply);
  await store.close();
  expect(await store.read("aa01")).toEqual(reply);
  for (const path of await entries()) {
    const text = await readFile(path, "utf8");
    await writeFile(path, text.replace("whole", "other"));
  }
  for (const key of keys) expect(await store.read(key)).toBeNull();
  expect(notes.join()).toMatch(/^an entry of the cache is damaged.*aa01$/);
});

test("closing waits for both of two replies that are kept under one key", async () => {
  const store = await ReplyStore.open(folder, (text) => expect.unreachable(text));
  const reply = (text: string) => ({
    status: 200,
    message: "",
    headers: [],
    pieces: [{ at_ms: 0, text }],
  });
  store.write("aa01", reply("short"));
  store.write("aa01", reply("long".repeat(10 << 20)));
  while ((await readFile(join(folder, "aa", "aa01"), "utf8").catch(() => "")) === "") {
    await sleep(1);
  }
  await store.close();
  expect(await entries()).toEqual([join(folder, "aa", "aa01")]);
});

test("a folder that cannot be made is an error that says so", async () => {
  await writeFile(join(folder, "file"), "");
  const opened = testProxy({ script: "x", cache: join(folder, "file") });
  await expect(opened).rejects.toThrow();
  const store = ReplyStore.open(join(folder, "file"), () => {});
  await expect(store).rejects.toMatchObject({ code: "cache_not_writable", exitCode: 2 });
});
