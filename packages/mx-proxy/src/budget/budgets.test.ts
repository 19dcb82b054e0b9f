import { mintTrialKey } from "@mx/keys";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { chatEvents, fakeUpstream, json } from "../testing/fake-upstream.ts";
import { secret, testProxy } from "../testing/test-proxy.ts";

const usage = {
  prompt_tokens: 100,
  completion_tokens: 10,
  prompt_tokens_details: { cached_tokens: 0 },
};
const chat = { model: "gpt-4.1", max_tokens: 10, messages: [{ role: "user", content: "hello" }] };
const each = 0.000_28;
const key = (name: string, attempt = 0) =>
  mintTrialKey(
    secret,
    { run_id: "r", key: name, task_id: "t", trial: 0, attempt, models: ["gpt-4.1"] },
    60_000,
  );

test("the ledger adds up to what the upstream counted, and a call over budget is refused", async () => {
  await using upstream = await fakeUpstream((response) => json(response, { usage }));
  await using proxy = await testProxy({ upstream: upstream.url, budgetUsd: each * 5 });
  const statuses: number[] = [];
  for (let call = 0; call < 8; call += 1) statuses.push((await proxy.chat(chat)).status);
  expect(statuses).toEqual([200, 200, 200, 200, 200, 402, 402, 402]);
  expect(upstream.seen.length).toBe(5);
  const costs = proxy.records.map((record) => record.cost_usd);
  expect(costs).toEqual([each, each, each, each, each, 0, 0, 0]);
  const reply = await proxy.chat(chat);
  expect(await reply.json()).toEqual({
    error: {
      message: expect.stringMatching(/budget of this run.*\$0\.0014 spent and \$0 reserved/),
      type: "invalid_request_error",
      param: null,
      code: "budget_exceeded",
    },
  });
  expect(await proxy.record(8)).toMatchObject({
    state: "refused",
    upstream: null,
    status: 402,
    error: expect.stringMatching(/^budget_exceeded: /),
    cost_usd: 0,
    usage: { calls: 0 },
  });
  expect((await proxy.fetch("/v1/models")).status).toBe(200);
});

test.for<[string, number]>([
  ["as much as was estimated", 1],
  ["four times as much as was estimated", 4],
])(
  "of 200 calls at once, each using %s, no more is spent over than was under way",
  async ([, times]) => {
    let underWay = 0;
    let most = 0;
    let used = 0;
    await using upstream = await fakeUpstream(async (response, { body }) => {
      most = Math.max(most, (underWay += 1));
      await sleep(20);
      underWay -= 1;
      const prompt = (Math.ceil(body.length / 4) + 10) * times - 10;
      used += prompt + 10;
      json(response, { usage: { prompt_tokens: prompt, completion_tokens: 10 } });
    });
    const limit = 1000;
    await using proxy = await testProxy({ upstream: upstream.url, budgetTokens: limit });
    const calls = Array.from({ length: 200 }, () => proxy.chat(chat).then(({ status }) => status));
    const statuses = await Promise.all(calls);
    const served = statuses.filter((status) => status === 200).length;
    const perCall = used / served;
    expect(statuses.filter((status) => status === 402).length).toBe(200 - served);
    expect(upstream.seen.length).toBe(served);
    expect(used).toBeGreaterThanOrEqual(limit);
    expect(used - limit).toBeLessThan(most * perCall);
    if (times === 1) expect(used - limit).toBeLessThan(perCall);
    const counted = proxy.records.map(
      ({ usage: one }) => (one.input_tokens ?? 0) + (one.output_tokens ?? 0),
    );
    expect(counted.reduce((sum, tokens) => sum + tokens, 0)).toBe(used);
  },
);

test("a trial's budget is one for all of its attempts, and leaves other trials alone", async () => {
  await using upstream = await fakeUpstream((response) => json(response, { usage }));
  await using proxy = await testProxy({ upstream: upstream.url, trialBudgetTokens: 220 });
  const statusOf = async (token: string) => (await proxy.chat(chat, { key: token })).status;
  const [first, second, other] = [await key("a"), await key("a", 1), await key("b")];
  expect([await statusOf(first), await statusOf(second)]).toEqual([200, 200]);
  expect([await statusOf(second), await statusOf(other)]).toEqual([402, 200]);
  const totals = await (await proxy.fetch("/mx/usage?key=a&attempt=1")).json();
  expect(totals).toMatchObject({
    calls: 2,
    cost_usd: each,
    budget_refusal: { scope: "trial", code: "budget_exceeded" },
  });
  const others = await (await proxy.fetch("/mx/usage?key=b&attempt=0")).json();
  expect(others).toMatchObject({ calls: 1, budget_refusal: null });
});

test("a model without a price is refused where a budget in USD has to hold", async () => {
  await using upstream = await fakeUpstream((response) => json(response, { usage }));
  await using proxy = await testProxy({ upstream: upstream.url, budgetUsd: 1 });
  for (const body of [{ model: "mine" }, {}, { ...chat, service_tier: "priority" }]) {
    const reply = await proxy.chat(body);
    expect(reply.status).toBe(402);
    expect(await reply.json()).toMatchObject({ error: { code: "price_unknown" } });
  }
  expect(upstream.seen).toEqual([]);
});

test("what a call came to that nobody says counts as it was estimated; an upstream's refusal counts nothing", async () => {
  await using upstream = await fakeUpstream((response, _seen, count) => {
    if (count <= 3) json(response, { error: { message: "no" } }, 400);
    else json(response, {});
  });
  await using proxy = await testProxy({ upstream: upstream.url, budgetTokens: 60 });
  const statuses: number[] = [];
  for (let call = 0; call < 7; call += 1) statuses.push((await proxy.chat(chat)).status);
  expect(statuses).toEqual([400, 400, 400, 200, 200, 402, 402]);
});

test("a stream counts when it has ended, and one that the client left counts as it was estimated", async () => {
  await using upstream = await fakeUpstream((response, _seen, count) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    const events = chatEvents(["hi"], usage);
    if (count === 1) response.end(events.join(""));
    else response.write(events[0]);
  });
  await using proxy = await testProxy({ upstream: upstream.url, budgetUsd: each * 2 });
  const stream = { ...chat, stream: true, max_tokens: 100 };
  const whole = await (await proxy.chat(stream)).text();
  expect(whole).not.toContain("usage");
  expect(await proxy.record(0)).toMatchObject({ state: "ok", cost_usd: each });
  const left = new AbortController();
  await proxy.chat(stream, { signal: left.signal });
  left.abort();
  expect(await proxy.record(1)).toMatchObject({ state: "cancelled", cost_usd: null });
  expect((await proxy.chat(stream)).status).toBe(402);
});

test("a stream that the client left counts no less than it had said by then", async () => {
  const begun = { type: "message_start", message: { usage: { input_tokens: 900 } } };
  await using upstream = await fakeUpstream((response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(`event: message_start\ndata: ${JSON.stringify(begun)}\n\n`);
  });
  await using proxy = await testProxy({ upstream: upstream.url, budgetTokens: 1000 });
  const left = new AbortController();
  const reply = await proxy.fetch("/v1/messages", {
    method: "POST",
    body: JSON.stringify({ ...chat, stream: true }),
    signal: left.signal,
  });
  await reply.body?.getReader().read();
  left.abort();
  expect(await proxy.record(0)).toMatchObject({ state: "cancelled", usage: { input_tokens: 900 } });
  const { budget } = (await (await proxy.fetch("/mx/status")).json()) as {
    budget: { run: { tokens: object } };
  };
  expect(budget.run.tokens).toEqual({ limit: 1000, spent: 900, reserved: 0 });
});

test("a budget travels in the key, over all attempts of the trial, and the tighter one holds", async () => {
  await using upstream = await fakeUpstream((response) => json(response, { usage }));
  await using proxy = await testProxy({ upstream: upstream.url, trialBudgetUsd: each * 3 });
  const keyOf = (name: string, attempt: number, more: object) =>
    mintTrialKey(
      secret,
      { run_id: "r", key: name, task_id: "t", trial: 0, attempt, ...more },
      60_000,
    );
  const statuses = async (keys: Promise<string>[]) => {
    const all: number[] = [];
    for (const one of keys) all.push((await proxy.chat(chat, { key: await one })).status);
    return all;
  };
  const tight = (attempt: number) => keyOf("tight", attempt, { budget_usd: each * 2 });
  expect(await statuses([tight(0), tight(0), tight(0), tight(1)])).toEqual([200, 200, 402, 402]);
  const loose = (attempt: number) => keyOf("loose", attempt, { budget_usd: 1 });
  expect(await statuses([loose(0), loose(0), loose(1), loose(1)])).toEqual([200, 200, 200, 402]);
  const tokens = () => keyOf("tokens", 0, { budget_tokens: 150 });
  expect(await statuses([tokens(), tokens(), tokens()])).toEqual([200, 200, 402]);
  // The same trial of another run has a budget of its own.
  expect(await statuses([keyOf("tight", 0, { run_id: "s", budget_usd: each })])).toEqual([200]);
  const { budget } = (await (await proxy.fetch("/mx/status")).json()) as { budget: object };
  expect(budget).toEqual({
    run: { usd: null, tokens: null },
    trials: { budgets: 4, at_limit: 4 },
  });
});

test("a key's budget holds in a proxy that has none, and needs a price", async () => {
  await using upstream = await fakeUpstream((response) => json(response, { usage }));
  await using proxy = await testProxy({ upstream: upstream.url });
  const limited = await mintTrialKey(
    secret,
    { run_id: "r", key: "k", task_id: "t", trial: 0, attempt: 0, budget_usd: each },
    60_000,
  );
  expect((await proxy.chat({ ...chat, model: "mine" }, { key: limited })).status).toBe(402);
  expect((await proxy.chat(chat, { key: limited })).status).toBe(200);
  expect((await proxy.chat(chat, { key: limited })).status).toBe(402);
  expect((await proxy.chat({ ...chat, model: "mine" })).status).toBe(200);
  const page = `/mx/usage?run=r&key=k&attempt=0`;
  expect(await (await proxy.fetch(page)).json()).toMatchObject({
    budget_refusal: { scope: "trial", code: "budget_exceeded" },
  });
});

test("the status says what is spent, reserved and allowed", async () => {
  let go = () => {};
  const gate = new Promise<void>((resolve) => (go = resolve));
  await using upstream = await fakeUpstream(async (response, _seen, count) => {
    if (count === 2) await gate;
    json(response, { usage });
  });
  await using proxy = await testProxy({ upstream: upstream.url, budgetUsd: 1, budgetTokens: 5000 });
  await proxy.chat(chat);
  const second = proxy.chat(chat);
  while (upstream.seen.length < 2) await sleep(5);
  const { budget } = (await (await proxy.fetch("/mx/status")).json()) as {
    budget: { run: { usd: object; tokens: { reserved: number } } };
  };
  expect(budget.run.usd).toEqual({ limit: 1, spent: each, reserved: expect.any(Number) });
  expect(budget.run.tokens).toMatchObject({ limit: 5000, spent: 110 });
  expect(budget.run.tokens.reserved).toBeGreaterThan(10);
  go();
  await second;
});
