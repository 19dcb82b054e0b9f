import Anthropic from "@anthropic-ai/sdk";
import { mintTrialKey } from "@mx/keys";
import OpenAI from "openai";
import { expect, test } from "vitest";
import { fakeUpstream } from "./testing/fake-upstream.ts";
import { secret, testProxy, type TestProxy } from "./testing/test-proxy.ts";

const ask = { model: "m", max_tokens: 10, messages: [{ role: "user" as const, content: "hi" }] };

function anthropic(proxy: TestProxy, apiKey = secret): Anthropic {
  return new Anthropic({ baseURL: proxy.origin, apiKey, maxRetries: 0 });
}

test("Anthropic's client gets its own errors from the proxy, whichever it is", async () => {
  await using proxy = await testProxy({ upstream: "http://127.0.0.1:1", retries: 0, maxBody: 500 });
  const claims = { run_id: "r", key: "k", task_id: "t", trial: 0, attempt: 0 };
  const limited = await mintTrialKey(secret, { ...claims, models: ["other"] }, 60_000);
  const broke = await mintTrialKey(secret, { ...claims, budget_usd: 1 }, 60_000);
  const cases: [Anthropic, object, unknown, string][] = [
    [anthropic(proxy, "wrong"), {}, Anthropic.AuthenticationError, "authentication_error"],
    [anthropic(proxy, limited), {}, Anthropic.PermissionDeniedError, "permission_error"],
    [anthropic(proxy, broke), {}, Anthropic.APIError, "billing_error"],
    [anthropic(proxy), { system: "x".repeat(500) }, Anthropic.APIError, "request_too_large"],
    [anthropic(proxy), {}, Anthropic.InternalServerError, "api_error"],
  ];
  for (const [client, more, kind, type] of cases) {
    const error: unknown = await client.messages.create({ ...ask, ...more }).catch((e) => e);
    expect(error).toBeInstanceOf(kind);
    const { error: body } = error as InstanceType<typeof Anthropic.APIError>;
    expect(body).toEqual({ type: "error", error: { type, message: expect.any(String) } });
  }
  const counted: unknown = await anthropic(proxy, "wrong")
    .messages.countTokens({ model: "m", messages: ask.messages })
    .catch((e) => e);
  expect(counted).toBeInstanceOf(Anthropic.AuthenticationError);
});

test("a stream of Anthropic's that breaks ends with an error of theirs", async () => {
  const start = { type: "message_start", message: { type: "message", content: [], usage: {} } };
  await using upstream = await fakeUpstream((response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(`event: message_start\ndata: ${JSON.stringify(start)}\n\n`);
    setTimeout(() => response.destroy(), 50);
  });
  await using proxy = await testProxy({ upstream: upstream.url });
  const events: string[] = [];
  const read = async () => {
    for await (const event of await anthropic(proxy).messages.create({ ...ask, stream: true })) {
      events.push(event.type);
    }
  };
  const error: unknown = await read().catch((e) => e);
  expect(events).toEqual(["message_start"]);
  expect(error).toBeInstanceOf(Anthropic.APIError);
  expect((error as InstanceType<typeof Anthropic.APIError>).error).toEqual({
    type: "error",
    error: { type: "api_error", message: expect.stringContaining("upstream_truncated") },
  });
  expect(await proxy.record()).toMatchObject({ state: "truncated", path: "/v1/messages" });
});

test("a stream of responses that breaks ends with an event of theirs, with the next number", async () => {
  await using upstream = await fakeUpstream((response) => {
    const delta = { type: "response.output_text.delta", delta: "Hel", sequence_number: 4 };
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(`event: ${delta.type}\ndata: ${JSON.stringify(delta)}\n\n`);
    setTimeout(() => response.destroy(), 50);
  });
  await using proxy = await testProxy({ upstream: upstream.url });
  const client = new OpenAI({ baseURL: proxy.url, apiKey: secret, maxRetries: 0 });
  const events: object[] = [];
  const read = async () => {
    const stream = await client.responses.create({ model: "m", input: "hi", stream: true });
    for await (const event of stream) events.push(event);
  };
  const error: unknown = await read().catch((e) => e);
  expect(events[0]).toMatchObject({ delta: "Hel" });
  const last = { type: "error", code: "upstream_truncated", param: null, sequence_number: 5 };
  // Some versions of the client throw the event, others hand it on and find the connection broken.
  const told: unknown = events[1] ?? (error as { error: unknown }).error;
  expect(told).toMatchObject(last);
  expect(error).toBeInstanceOf(Error);
});
