import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fakeUpstream, json } from "../testing/fake-upstream.ts";
import { testProxy } from "../testing/test-proxy.ts";
import { openPrices } from "./open-prices.ts";

const usage = {
  prompt_tokens: 1000,
  completion_tokens: 100,
  prompt_tokens_details: { cached_tokens: 0 },
};
const streamed = (lines: object[]) =>
  lines.map((line) => `data: ${JSON.stringify(line)}\n\n`).join("");

/** The cost of a call to gpt-4.1-mini that is answered so. */
async function costOf(
  reply: object,
  { asked = {}, headers = {}, status = 200, path = "/v1/chat/completions" } = {},
): Promise<number | null> {
  await using upstream = await fakeUpstream((response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value));
    json(response, reply, status);
  });
  await using proxy = await testProxy({ upstream: upstream.url });
  const body = JSON.stringify({ model: "gpt-4.1-mini", ...asked });
  await (await proxy.fetch(path, { method: "POST", body })).text();
  return (await proxy.record()).cost_usd;
}

test.for<[string, number | null, object, object?]>([
  ["the list, for the model asked", 0.000_56, { usage }],
  ["the model served wins", 0.002_8, { model: "gpt-4.1-2025-04-14", usage }],
  ["an unknown one that was served does not", 0.000_56, { model: "my-deployment", usage }],
  ["the reply's own cost wins", 0.25, { usage: { ...usage, cost: 0.25 } }],
  ["free is free", 0, { usage: { ...usage, cost: 0 } }],
  [
    "with a key of one's own the provider's part comes on top",
    0.35,
    {
      usage: {
        ...usage,
        cost: 0.05,
        is_byok: true,
        cost_details: { upstream_inference_cost: 0.3 },
      },
    },
  ],
  ["LiteLLM's header", 0.5, { usage }, { headers: { "x-litellm-response-cost": "0.5" } }],
  ["LiteLLM's 0", 0.000_56, { usage }, { headers: { "x-litellm-response-cost": "0.0" } }],
  ["no usage", null, {}],
  ["an unknown model", null, { usage }, { asked: { model: "mine" } }],
  ["another service tier", null, { usage }, { asked: { service_tier: "flex" } }],
  ["tokens that nobody counted", null, { usage: { ...usage, total_tokens: 5000 } }],
  ["an error of the upstream", 0, { error: { message: "no" } }, { status: 500 }],
])("%s: %s", async ([, usd, reply, options]) => {
  expect(await costOf(reply, options)).toBe(usd);
});

test("Anthropic's cache writes and reads are priced apart, and a stream that was cut is not priced", async () => {
  const start = {
    type: "message_start",
    message: {
      model: "claude-haiku-4-5-20251001",
      usage: {
        input_tokens: 1000,
        cache_creation_input_tokens: 1100,
        cache_creation: { ephemeral_5m_input_tokens: 1000, ephemeral_1h_input_tokens: 100 },
        cache_read_input_tokens: 10_000,
        output_tokens: 1,
      },
    },
  };
  const end = [
    { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 200 } },
    { type: "message_stop" },
  ];
  await using upstream = await fakeUpstream((response, _seen, count) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(streamed(count === 1 ? [start, ...end] : [start]));
  });
  await using proxy = await testProxy({ upstream: upstream.url });
  const body = JSON.stringify({ model: "claude-haiku-4-5", stream: true });
  for (let call = 0; call < 2; call += 1) {
    await proxy
      .fetch("/v1/messages", { method: "POST", body })
      .then((reply) => reply.text())
      .catch(() => "cut");
  }
  // 1000 new + 10,000 read at a tenth + 1000 written at 1.25 + 100 written at 2, and 200 out at 5 USD per million.
  expect((await proxy.record(0)).cost_usd).toBe(0.004_45);
  expect(await proxy.record(1)).toMatchObject({ state: "truncated", cost_usd: null });
});

test("what was never asked of a model costs nothing", async () => {
  await using upstream = await fakeUpstream((response) => json(response, { data: [] }));
  await using proxy = await testProxy({ upstream: upstream.url });
  await proxy.fetch("/v1/models");
  await proxy.fetch("/nowhere");
  expect(proxy.records.map((record) => record.cost_usd)).toEqual([0, 0]);
});

test.for<[string, string, RegExp]>([
  ["no JSON", "{", /not JSON/],
  ["no price", '{"prices":[{"models":["m"],"input":1}]}', /prices\.0\.output/],
  ["a misspelled field", '{"prices":[{"models":["m"],"input":1,"output":1,"cached":1}]}', /cached/],
  ["too fine", '{"prices":[{"models":["m"],"input":0.00000015,"output":1}]}', /6 decimals/],
])("a file of prices with %s is refused", async ([, text, message]) => {
  const folder = await mkdtemp(join(tmpdir(), "mx-prices-"));
  const path = join(folder, "prices.json");
  await writeFile(path, text);
  await expect(openPrices(path)).rejects.toThrow(message);
  await rm(folder, { recursive: true });
  await expect(openPrices(path)).rejects.toMatchObject({ code: "prices_not_readable" });
});
