import { mintTrialKey } from "@mx/keys";
import { expect, test } from "vitest";
import { fakeUpstream, json } from "./testing/fake-upstream.ts";
import { secret, testProxy, type TestProxy } from "./testing/test-proxy.ts";

const usage = {
  prompt_tokens: 100,
  completion_tokens: 10,
  prompt_tokens_details: { cached_tokens: 40 },
};
const chat = { model: "gpt-4.1", messages: [] };
const claims = { run_id: "r-1", key: "k-1", task_id: "t", trial: 0, attempt: 0 };

/** The samples of the metrics page: name and labels, and the value. */
async function samples(proxy: TestProxy): Promise<Map<string, number>> {
  const page = await proxy.fetch("/metrics");
  expect(page.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
  const lines = (await page.text()).split("\n").filter((line) => !/^(#|$)/.test(line));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(" ");
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}

test("usage is told per attempt, per run and for all, and what is settled stays in its run", async () => {
  await using upstream = await fakeUpstream((response) => json(response, { usage }));
  await using proxy = await testProxy({ upstream: upstream.url });
  const key = (more: Partial<typeof claims>) =>
    mintTrialKey(secret, { ...claims, ...more }, 60_000);
  const keys = [{}, { attempt: 1 }, { key: "k-2" }, { run_id: "r-2" }].map(key);
  for (const one of keys) await proxy.chat(chat, { key: await one });
  await proxy.chat(chat);
  const read = async (query: string) => (await proxy.fetch(`/mx/usage${query}`)).json();
  await proxy.fetch("/mx/usage?run=r-1&key=k-1&attempt=0", { method: "DELETE" });
  const each = (await proxy.record()).cost_usd ?? 0;
  expect(await read("?run=r-1")).toMatchObject({
    run_id: "r-1",
    calls: 3,
    usage: { input_tokens: 300, cached_input_tokens: 120 },
    cost_usd: Math.round(each * 3 * 1e12) / 1e12,
    attempts: [
      { key: "k-2", attempt: 0, calls: 1 },
      { key: "k-1", attempt: 1, calls: 1 },
    ],
    attempts_left_out: 0,
  });
  expect(await read("?run=r-2&key=k-1&attempt=0")).toMatchObject({ calls: 1 });
  expect(await read("?run=r-1&key=k-1&attempt=0")).toMatchObject({ calls: 0 });
  expect(await read("?run=unheard")).toMatchObject({ calls: 0, attempts: [] });
  expect(await read("")).toMatchObject({
    calls: 5,
    usage: { output_tokens: 50 },
    runs: [
      { run_id: "r-2", calls: 1 },
      { run_id: "r-1", calls: 3 },
    ],
    runs_left_out: 0,
  });
});

test("the metrics add up to what the upstream has counted", async () => {
  await using upstream = await fakeUpstream((response, { path }, count) => {
    if (path === "/v1/models") json(response, { data: [{ id: "gpt-4.1" }] });
    else if (count % 4 === 0) json(response, { error: { message: "no" } }, 400);
    else json(response, { usage });
  });
  await using proxy = await testProxy({ upstream: upstream.url, budgetUsd: 4, retries: 0 });
  await samples(proxy);
  const key = await mintTrialKey(secret, { ...claims, budget_tokens: 100 }, 60_000);
  for (let call = 0; call < 8; call += 1) await proxy.chat({ ...chat, max_tokens: 10 });
  for (let call = 0; call < 2; call += 1) await proxy.chat(chat, { key });
  const { upstream: name } = await proxy.record();
  const found = await samples(proxy);
  const get = (metric: string, labels: Record<string, string> = {}): number => {
    const names = Object.entries({ upstream: name ?? "", model: "gpt-4.1", ...labels });
    const all = names.map(([label, value]) => `${label}="${value}"`).join(",");
    return found.get(`mx_proxy_${metric}{${all}}`) ?? Number.NaN;
  };
  const ok = proxy.records.filter(({ state }) => state === "ok").length;
  const errors = proxy.records.filter(({ state }) => state === "error").length;
  expect(get("requests_total", { status: "200", state: "ok" })).toBe(ok);
  expect(get("requests_total", { status: "400", state: "error" })).toBe(errors);
  expect(get("requests_total", { upstream: "none", status: "402", state: "refused" })).toBe(1);
  expect(get("tokens_total", { kind: "input" })).toBe(ok * 100);
  expect(get("tokens_total", { kind: "cached_input" })).toBe(ok * 40);
  expect(get("tokens_total", { kind: "output" })).toBe(ok * 10);
  const cost = proxy.records.reduce((sum, { cost_usd }) => sum + (cost_usd ?? 0), 0);
  expect(get("cost_usd_total")).toBeCloseTo(cost, 12);
  expect(get("request_duration_seconds_count")).toBe(ok + errors);
  expect(get("request_duration_seconds_bucket", { le: "+Inf" })).toBe(ok + errors);
  const seconds = proxy.records
    .filter(({ upstream: one }) => one !== null)
    .reduce((sum, { elapsed_ms }) => sum + elapsed_ms / 1000, 0);
  expect(get("request_duration_seconds_sum")).toBeCloseTo(seconds, 6);
  expect(get("time_to_first_byte_seconds_count")).toBe(ok + errors);
  expect(found.get("mx_proxy_active_calls")).toBe(0);
  expect(found.get(`mx_proxy_upstream_breaker{upstream="${name}",state="closed"}`)).toBe(1);
  expect(found.get('mx_proxy_budget_usd{what="limit"}')).toBe(4);
  expect(found.get('mx_proxy_budget_usd{what="spent"}')).toBeCloseTo(cost, 12);
  expect(found.get('mx_proxy_budget_trials{what="at_limit"}')).toBe(1);
});

test("names that callers make up do not become metrics", async () => {
  await using upstream = await fakeUpstream((response, { body }) => {
    if (body.includes("good")) json(response, { usage });
    else json(response, { error: { message: "no such model" } }, 404);
  });
  await using proxy = await testProxy({ upstream: upstream.url });
  for (let n = 0; n < 30; n += 1) await proxy.chat({ ...chat, model: `made-up-${n}` });
  for (let n = 0; n < 230; n += 1) await proxy.chat({ ...chat, model: `good-${n}"\\` });
  const names = [...(await samples(proxy)).keys()];
  const models = new Set(names.map((name) => /model="((?:[^"\\]|\\.)*)"/.exec(name)?.[1]));
  expect(models.size).toBeLessThanOrEqual(203);
  expect(models).toContain("other");
  expect(models).toContain(String.raw`good-0\"\\`);
  expect(names.join("\n")).not.toContain("made-up");
  const others = names.filter((name) => /requests_total.*model="other"/.test(name));
  expect(others.length).toBe(2);
});
