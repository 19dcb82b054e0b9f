import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fakeUpstream, json } from "./testing/fake-upstream.ts";
import { testProxy } from "./testing/test-proxy.ts";

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "mx-hours-"))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const chat = { model: "mine", messages: [] };

/** A proxy in front of one upstream that costs a dollar a second. */
async function dear(url: string, more: object = {}) {
  const config = join(folder, "proxy.yaml");
  const upstream = { name: "gpu", base_url: url, models: ["mine"], usd_per_hour: 3600 };
  await writeFile(config, JSON.stringify({ upstreams: [upstream] }));
  return await testProxy({ config, ...more });
}

test("calls at the same time share what the machine costs, whatever they are for", async () => {
  let busyMs = 0;
  let active = 0;
  let since = 0;
  await using upstream = await fakeUpstream(async (response, { body }) => {
    if (active === 0) since = performance.now();
    active += 1;
    await sleep(body.includes("long") ? 400 : 150);
    active -= 1;
    if (active === 0) busyMs += performance.now() - since;
    json(response, { usage: { prompt_tokens: 5, completion_tokens: 1 } });
  });
  await using proxy = await dear(upstream.url);
  const began = performance.now();
  const long = proxy.chat({ ...chat, user: "long" });
  await Promise.all([proxy.chat(chat), proxy.chat(chat), long]);
  await proxy.chat(chat);
  const took = performance.now() - began;
  const costs = proxy.records.map(({ cost_usd }) => cost_usd ?? Number.NaN);
  const sum = costs.reduce((all, one) => all + one, 0);
  expect(sum * 1000).toBeGreaterThan(busyMs - 20);
  expect(sum * 1000).toBeLessThan(took + 1);
  // The short ones had a third of the machine each, the last had it for itself.
  const [short = 0, , longest = 0, alone = 0] = costs;
  expect(short).toBeLessThan(alone * 0.7);
  expect(longest).toBeGreaterThan(short * 2);
  const usage = (await (await proxy.fetch("/mx/usage")).json()) as { cost_usd: number };
  expect(usage.cost_usd).toBeCloseTo(sum, 9);
});

test("a call that is left has cost its time, and a budget in USD needs no price by token", async () => {
  await using upstream = await fakeUpstream(async (response, _seen, count) => {
    if (count > 1) await sleep(100);
    if (count > 1) json(response, { usage: { prompt_tokens: 5, completion_tokens: 1 } });
  });
  await using proxy = await dear(upstream.url, { budgetUsd: 0.15 });
  const leave = AbortSignal.timeout(200);
  await proxy.chat(chat, { signal: leave }).catch(() => null);
  const record = await proxy.record();
  expect(record).toMatchObject({ state: "cancelled", upstream: "gpu" });
  expect(record.cost_usd).toBeGreaterThan(0.1);
  expect(record.cost_usd).toBeLessThan((record.elapsed_ms + 1) / 1000);
  await proxy.chat(chat);
  const refused = await proxy.chat(chat);
  expect(refused.status).toBe(402);
  expect(await refused.json()).toMatchObject({ error: { code: "budget_exceeded" } });
});
