import { mintTrialKey } from "@mx/keys";
import OpenAI from "openai";
import { expect, test } from "vitest";
import { fakeUpstream, json } from "./testing/fake-upstream.ts";
import { secret, testProxy } from "./testing/test-proxy.ts";

const chat = { model: "m", messages: [] };
const poisoned = { error: { message: "cannot do this" } };

test("a request that fails three times with the same error is not sent again", async () => {
  await using upstream = await fakeUpstream((response) => json(response, poisoned, 500));
  await using proxy = await testProxy({ upstream: upstream.url, retries: 0 });
  const client = new OpenAI({ baseURL: proxy.url, apiKey: secret, maxRetries: 10 });
  const call = client.chat.completions.create({ model: "m", messages: [] });
  await expect(call).rejects.toMatchObject({ status: 500, code: "same_error" });
  expect(upstream.seen.length).toBe(3);
  expect(proxy.records.length).toBe(4);
  expect(proxy.records[3]).toMatchObject({
    state: "error",
    status: 500,
    attempts: 0,
    usage: { calls: 0 },
    error: expect.stringContaining("3 times in a row with the same error"),
  });
  // Another request is another matter, and so is another trial's.
  expect(await (await proxy.chat({ ...chat, seed: 1 })).json()).toEqual(poisoned);
  const claims = { run_id: "r", key: "ab".repeat(32), task_id: "t", trial: 0, attempt: 0 };
  const key = await mintTrialKey(secret, claims, 60_000);
  expect(await (await proxy.chat({ model: "m", messages: [] }, { key })).json()).toEqual(poisoned);
});

test("the next attempt at a trial does not make the request again that failed in the one before", async () => {
  await using upstream = await fakeUpstream((response) => json(response, poisoned, 500));
  await using proxy = await testProxy({ upstream: upstream.url, retries: 0 });
  const claims = { run_id: "r", key: "ab".repeat(32), task_id: "t", trial: 0 };
  for (const attempt of [0, 0, 1, 2]) {
    const key = await mintTrialKey(secret, { ...claims, attempt }, 60_000);
    expect((await proxy.chat(chat, { key })).status).toBe(500);
  }
  expect(upstream.seen.length).toBe(3);
  expect(proxy.records[3]).toMatchObject({ attempt: 2, attempts: 0, state: "error", status: 500 });
});

test.for([
  [
    "another error",
    (response, count) => json(response, { error: { message: `no ${count % 2}` } }, 500),
  ],
  [
    "a success in between",
    (response, count) => (count % 3 === 0 ? json(response, {}) : json(response, poisoned, 500)),
  ],
  ["429", (response) => json(response, poisoned, 429)],
  ["503", (response) => json(response, poisoned, 503)],
  ["400", (response) => json(response, poisoned, 400)],
] as [string, (response: Parameters<typeof json>[0], count: number) => void][])(
  "%s: the request is sent as often as it is asked",
  async ([, reply]) => {
    await using upstream = await fakeUpstream((response, _seen, count) => {
      reply(response, count);
    });
    await using proxy = await testProxy({ upstream: upstream.url, retries: 0 });
    for (let n = 0; n < 8; n += 1) await (await proxy.chat(chat)).text();
    expect(upstream.seen.length).toBe(8);
  },
);

test("a request that breaks its connection each time is final too; --same-error-limit 0 turns that off", async () => {
  await using upstream = await fakeUpstream((response) => void response.destroy());
  for (const [sameErrorLimit, status] of [
    [2, 502],
    [0, 502],
  ] as const) {
    await using proxy = await testProxy({ upstream: upstream.url, retries: 0, sameErrorLimit });
    const texts: string[] = [];
    for (let n = 0; n < 4; n += 1) {
      const response = await proxy.chat(chat);
      expect(response.status).toBe(status);
      texts.push(await response.text());
    }
    const refused = texts.map((text) => text.includes("same_error"));
    expect(refused).toEqual([false, false, sameErrorLimit > 0, sameErrorLimit > 0]);
  }
});
