import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fakeUpstream, json, type FakeUpstream } from "./testing/fake-upstream.ts";
import { testProxy } from "./testing/test-proxy.ts";

let folder: string;
let journal: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mx-results-"));
  journal = join(folder, "calls.results");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const chat = { model: "m", messages: [] };
const answer = (id: string) => ({ id, model: "m-1", choices: [] });

/** An API that works on each call by itself until it is told that the work is done. */
function modal(done: { ready: boolean; gone?: boolean }): Promise<FakeUpstream> {
  return fakeUpstream(async (response, { method, path }, count) => {
    if (method === "POST") {
      return void response.writeHead(303, { location: `/v1/result?id=${count}` }).end();
    }
    if (done.gone === true) return json(response, { error: "no such result" }, 404);
    while (!done.ready && !response.destroyed) await sleep(5);
    json(response, answer(new URL(path, "http://x").searchParams.get("id") ?? ""));
  });
}

const posts = ({ seen }: FakeUpstream) => seen.filter(({ method }) => method === "POST").length;

async function until(fits: () => boolean): Promise<void> {
  for (let waited = 0; waited < 1000 && !fits(); waited += 1) await sleep(5);
  expect(fits()).toBe(true);
}

async function lines(): Promise<{ type: string; url?: string }[]> {
  const text = await readFile(journal, "utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

test("a client that left and comes back gets the result of the call that it had made", async () => {
  const done = { ready: false };
  await using upstream = await modal(done);
  await using proxy = await testProxy({ upstream: upstream.url });
  const leaving = new AbortController();
  const first = proxy.chat(chat, { signal: leaving.signal });
  await until(() => upstream.seen.length === 2);
  leaving.abort();
  await expect(first).rejects.toThrow();
  expect((await proxy.record()).state).toBe("cancelled");
  done.ready = true;
  expect(await (await proxy.chat(chat)).json()).toEqual(answer("1"));
  expect(posts(upstream)).toBe(1);
  expect(await proxy.record(1)).toMatchObject({ state: "ok", status: 200, attempts: 1 });
  // The result was had: the same question is a new call.
  expect(await (await proxy.chat(chat)).json()).toEqual(answer("4"));
  expect(posts(upstream)).toBe(2);
});

test("equal calls at the same time are calls of their own, and so are those of another trial", async () => {
  const done = { ready: false };
  await using upstream = await modal(done);
  await using proxy = await testProxy({ upstream: upstream.url });
  const both = [proxy.chat(chat), proxy.chat(chat)];
  await until(() => upstream.seen.length === 4);
  const leaving = new AbortController();
  const headers = { "x-mx-task": "t", "x-mx-trial": "1" };
  const third = proxy.chat(chat, { signal: leaving.signal, headers });
  await until(() => upstream.seen.length === 6);
  leaving.abort();
  await expect(third).rejects.toThrow();
  await until(() => proxy.records.length === 1);
  done.ready = true;
  const ids = await Promise.all(
    both.map(async (one) => ((await (await one).json()) as { id: string }).id),
  );
  expect(new Set(ids).size).toBe(2);
  const other = { "x-mx-task": "t", "x-mx-trial": "2" };
  await (await proxy.chat(chat, { headers: other })).text();
  expect(posts(upstream)).toBe(4);
  // The next attempt of that trial has its result.
  await (await proxy.chat(chat, { headers: { ...headers, "x-mx-attempt": "1" } })).text();
  expect(posts(upstream)).toBe(4);
});

test("the result's address is on disk before it is read, and crossed out once it was delivered", async () => {
  const seen: { type: string; url?: string }[][] = [];
  await using upstream = await fakeUpstream(async (response, { method }) => {
    if (method === "POST") return void response.writeHead(303, { location: "?id=1" }).end();
    seen.push(await lines());
    json(response, answer("1"));
  });
  await (async () => {
    await using proxy = await testProxy({ upstream: upstream.url, journal });
    expect((await proxy.chat(chat)).status).toBe(200);
    for (let waited = 0; waited < 200 && (await lines()).length < 2; waited += 1) await sleep(5);
    expect((await lines()).map(({ type }) => type)).toEqual(["result", "result_done"]);
    expect((await stat(journal)).mode & 0o777).toBe(0o600);
  })();
  await expect(stat(journal)).rejects.toMatchObject({ code: "ENOENT" });
  expect(seen.length).toBe(1);
  expect(seen[0]).toMatchObject([
    { type: "result", url: `${upstream.url}/v1/chat/completions?id=1` },
  ]);
});

test("a proxy that is started anew reads what an earlier one left, whose last line was cut", async () => {
  const done = { ready: false, gone: false };
  await using upstream = await modal(done);
  await (async () => {
    await using proxy = await testProxy({ upstream: upstream.url, journal });
    const signal = AbortSignal.timeout(300);
    await expect(proxy.chat(chat, { signal })).rejects.toThrow();
    await proxy.record();
  })();
  await writeFile(journal, `${await readFile(journal, "utf8")}{"type":"result","ver`);
  done.ready = true;
  await (async () => {
    await using proxy = await testProxy({ upstream: upstream.url, journal });
    expect(await (await proxy.chat(chat)).json()).toEqual(answer("1"));
    await until(() => posts(upstream) === 1);
  })();
  await using proxy = await testProxy({ upstream: upstream.url, journal });
  expect(await lines()).toEqual([]);
  await (await proxy.chat(chat)).text();
  expect(posts(upstream)).toBe(2);
});

test("a result that is gone is an error that says so, and only the client decides to make the call anew", async () => {
  const done = { ready: false, gone: false };
  await using upstream = await modal(done);
  await using proxy = await testProxy({ upstream: upstream.url });
  const left = proxy.chat(chat, { signal: AbortSignal.timeout(300) });
  await expect(left).rejects.toThrow();
  await proxy.record();
  done.gone = true;
  const response = await proxy.chat(chat);
  expect(response.status).toBe(410);
  expect(response.headers.get("x-should-retry")).toBe("false");
  expect(await response.text()).toMatch(/"code":"result_gone"/);
  expect(posts(upstream)).toBe(1);
  expect(proxy.records[1]).toMatchObject({ state: "error", status: 410, attempts: 1 });
  done.gone = false;
  done.ready = true;
  expect(await (await proxy.chat(chat)).json()).toEqual(answer("4"));
  expect(posts(upstream)).toBe(2);
});

test("an error on the way to a result leaves the result where it is", async () => {
  let down = true;
  await using upstream = await fakeUpstream((response, { method }) => {
    if (method === "POST") return void response.writeHead(303, { location: "?id=1" }).end();
    json(response, down ? { error: "busy" } : answer("1"), down ? 503 : 200);
  });
  await using proxy = await testProxy({ upstream: upstream.url, retryBudget: 0 });
  expect((await proxy.chat(chat)).status).toBe(503);
  down = false;
  expect(await (await proxy.chat(chat)).json()).toEqual(answer("1"));
  expect(posts(upstream)).toBe(1);
});

test("a journal is for one proxy at a time", async () => {
  await using upstream = await fakeUpstream((response) => json(response, answer("1")));
  const ledger = join(folder, "calls");
  await using proxy = await testProxy({ upstream: upstream.url, journal });
  const second = testProxy({ upstream: upstream.url, journal });
  await expect(second).rejects.toMatchObject({ code: "journal_not_writable", exitCode: 2 });
  // The one beside a ledger is not asked for, and a ledger can be shared.
  await using third = await testProxy({ upstream: upstream.url, ledger });
  expect(third.notes.join()).toContain(`process ${process.pid} uses it`);
  expect((await third.chat(chat)).status).toBe(200);
  expect((await proxy.chat(chat)).status).toBe(200);
});

test("a journal that holds something else is an error with its line", async () => {
  await writeFile(journal, '{"type":"trial"}\n{"type":"trial"}\n');
  const opened = testProxy({ upstream: "http://127.0.0.1:9", journal });
  await expect(opened).rejects.toMatchObject({
    code: "bad_journal",
    exitCode: 65,
    message: expect.stringContaining("calls.results:1:"),
  });
});
