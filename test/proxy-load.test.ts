import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { CountingApi, mixedCalls, mixedPrices } from "./support/mixed-calls.ts";
import { proxyProcess, proxySecret } from "./support/proxy-process.ts";
import { rawUpstream } from "./support/raw-upstream.ts";
import { closesIdle, idleRaces, slowApi, slowCalls, stalledReaders } from "./support/slow-calls.ts";

// The long forms of these are `npm run bench proxy-slow`.

test("500 calls of 2 s at the same time: none is lost, and the ledger has each", async () => {
  await using api = await slowApi();
  await using proxy = await proxyProcess(["--upstream", api.url]);
  const { answered, lost } = await slowCalls(proxy, { count: 500, ms: 2000 });
  expect({ answered, lost }).toEqual({ answered: 500, lost: 0 });
  const records = await proxy.records(500);
  expect(new Set(records.map(({ id }) => id)).size).toBe(500);
  for (const { state, attempts, usage } of records) {
    expect([state, attempts, usage.input_tokens]).toEqual(["ok", 1, 2]);
  }
});

test("8 readers that stall take no more memory than their connections hold", async () => {
  await using api = await slowApi();
  await using proxy = await proxyProcess(["--upstream", api.url]);
  // Of 512 MB that are on their way; the goal of 20 MB is measured by the benchmark.
  expect(await stalledReaders(proxy, 8)).toBeLessThan(100);
});

test("1,600 calls to a server that closes idle connections at the worst moment: none fails", async () => {
  const idleMs = 150;
  await using api = await rawUpstream(closesIdle(idleMs));
  await using proxy = await proxyProcess(["--upstream", api.url]);
  const result = await idleRaces(proxy, { lanes: 40, each: 40, idleMs });
  expect(result).toEqual({ calls: 1600, failed: 0 });
  const records = await proxy.records(1600);
  expect(records.every(({ state, status }) => state === "ok" && status === 200)).toBe(true);
});

test("an upstream that is silent for some seconds, before its head and after it", async () => {
  await using api = await rawUpstream((socket) => {
    void (async () => {
      await sleep(3000);
      socket.write(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n",
      );
      await sleep(3000);
      socket.write("{}");
    })();
  });
  await using proxy = await proxyProcess(["--upstream", api.url]);
  const response = await fetch(`${proxy.url}/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${proxySecret}` },
    body: '{"model":"m"}',
  });
  expect([response.status, await response.text()]).toEqual([200, "{}"]);
  expect(await proxy.records(1)).toMatchObject([{ state: "ok", attempts: 1 }]);
});

test("the ledger adds up: 600 mixed calls, twice, against the books of the API", async () => {
  const folder = mkdtempSync(join(tmpdir(), "mx-prices-"));
  try {
    const prices = join(folder, "prices.json");
    writeFileSync(prices, JSON.stringify({ prices: [{ models: ["mixed"], ...mixedPrices }] }));
    await using api = await CountingApi.start();
    await using proxy = await proxyProcess([
      ...["--upstream", api.url, "--prices", prices],
      ...["--cache", join(folder, "cache")],
    ]);
    const { calls, hits, differences } = await mixedCalls(proxy, api, 600);
    expect({ calls, differences }).toEqual({ calls: 1200, differences: [] });
    expect(hits).toBeGreaterThan(400);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
