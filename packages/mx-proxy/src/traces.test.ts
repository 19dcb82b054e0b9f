import { mintTrialKey } from "@mx/keys";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { fakeCollector } from "./testing/fake-collector.ts";
import { chatEvents, fakeUpstream, json } from "./testing/fake-upstream.ts";
import { secret, testProxy, upstreamKey } from "./testing/test-proxy.ts";

const claims = { run_id: "r-1", key: "ab".repeat(32), task_id: "sum", trial: 2, attempt: 1 };
const usage = {
  prompt_tokens: 100,
  completion_tokens: 10,
  prompt_tokens_details: { cached_tokens: 40 },
};
const chat = {
  model: "gpt-4.1",
  max_tokens: 50,
  temperature: 0,
  messages: [{ role: "user", content: "What is 1 + 1?" }],
};
const reply = {
  model: "gpt-4.1-2025-04-14",
  choices: [{ index: 0, message: { role: "assistant", content: "2" }, finish_reason: "stop" }],
  usage,
};

test("each model call is a span, and those of one attempt are one trace", async () => {
  await using collector = await fakeCollector();
  await using upstream = await fakeUpstream((response) => json(response, reply));
  await using proxy = await testProxy(
    { upstream: upstream.url },
    { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_SERVICE_NAME: "evals" },
  );
  const key = await mintTrialKey(secret, claims, 60_000);
  for (let call = 0; call < 2; call += 1) await proxy.chat(chat, { key });
  await proxy.chat(chat);
  await proxy.fetch("/v1/models");
  await proxy.chat(chat, { key: "forged" });
  const before = Date.now();
  const spans = await collector.spans(3);
  expect(spans.length).toBe(3);
  const [first, second, admin] = spans;
  expect(first?.traceId).toBe(second?.traceId);
  expect(first?.spanId).not.toBe(second?.spanId);
  expect(first?.traceId).not.toBe(admin?.traceId);
  const { hostname, port } = new URL(upstream.url);
  const record = await proxy.record(0);
  expect(first).toMatchObject({ name: "chat gpt-4.1", kind: 3, status: { code: 0 } });
  expect(first).not.toHaveProperty("parentSpanId");
  expect(first?.attributes).toMatchObject({
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": record.upstream,
    "gen_ai.request.model": "gpt-4.1",
    "gen_ai.request.max_tokens": 50,
    "gen_ai.request.temperature": 0,
    "gen_ai.response.model": "gpt-4.1-2025-04-14",
    "gen_ai.response.finish_reasons": ["stop"],
    "gen_ai.usage.input_tokens": 100,
    "gen_ai.usage.output_tokens": 10,
    "server.address": hostname,
    "server.port": Number(port),
    "http.response.status_code": 200,
    "mx.run_id": "r-1",
    "mx.trial_key": claims.key,
    "mx.task_id": "sum",
    "mx.trial": 2,
    "mx.attempt": 1,
    "mx.request_id": record.id,
    "mx.cost_usd": record.cost_usd,
    "mx.ttft_ms": record.ttft_ms,
    "langfuse.session.id": "r-1",
    "langfuse.trace.name": "sum #2",
    "langfuse.observation.type": "generation",
    "langfuse.observation.usage_details": JSON.stringify({
      input: 60,
      output: 10,
      total: 110,
      input_cached_tokens: 40,
    }),
    "langfuse.observation.cost_details": JSON.stringify({ total: record.cost_usd }),
  });
  expect(record.cost_usd).toBeGreaterThan(0);
  for (const name of Object.keys(first?.attributes ?? {})) expect(name).not.toContain("messages");
  expect(admin?.attributes).not.toHaveProperty(["mx.run_id"]);
  const began = Number(BigInt(first?.startTimeUnixNano ?? 0) / 1_000_000n);
  const took = BigInt(first?.endTimeUnixNano ?? 0) - BigInt(first?.startTimeUnixNano ?? 0);
  expect(began).toBeLessThanOrEqual(before);
  expect(began).toBeGreaterThan(before - 60_000);
  expect(Number(took) / 1e6).toBeCloseTo(record.elapsed_ms, 1);
  const [sent] = collector.requests;
  expect(sent?.path).toBe("/v1/traces");
  expect(sent?.body).toContain('"service.name","value":{"stringValue":"evals"}');
  expect(sent?.body).toContain("https://opentelemetry.io/schemas/1.");
  expect(sent?.body).not.toContain("What is 1 + 1?");
  const status = (await (await proxy.fetch("/mx/status")).json()) as object;
  expect(status).toMatchObject({
    traces: { target: new URL(collector.url).host, sent: 3, failed: 0, dropped: 0, waiting: 0 },
  });
});

test("what fails says so, and the trace of a client goes on", async () => {
  await using collector = await fakeCollector();
  await using upstream = await fakeUpstream((response, _seen, count) => {
    if (count === 1) json(response, { error: { message: `no ${upstreamKey}` } }, 400);
    else response.writeHead(200, { "content-type": "text/event-stream" }).end("data: {}\n\n");
  });
  await using proxy = await testProxy(
    { upstream: upstream.url },
    { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/custom` },
  );
  const parent = `00-${"4b".repeat(16)}-${"a1".repeat(8)}`;
  await proxy.chat(chat, { headers: { traceparent: `${parent}-01` } });
  await (await proxy.chat({ ...chat, stream: true })).text().catch(() => "broken");
  await proxy.chat(chat, { headers: { traceparent: `${parent}-00` } });
  await proxy.record(2);
  const [refused, truncated, ...more] = await collector.spans(2);
  expect(more).toEqual([]);
  expect(collector.requests[0]?.path).toBe("/custom");
  expect(refused).toMatchObject({
    traceId: "4b".repeat(16),
    parentSpanId: "a1".repeat(8),
    status: { code: 2, message: "no ***" },
    attributes: { "error.type": "400", "langfuse.observation.level": "ERROR" },
  });
  expect(truncated).toMatchObject({
    status: { code: 2 },
    attributes: { "error.type": "truncated", "gen_ai.request.stream": true },
  });
  // What is not known is not there.
  expect(truncated?.attributes).not.toHaveProperty(["gen_ai.usage.input_tokens"]);
  expect(truncated?.attributes).not.toHaveProperty(["mx.cost_usd"]);
});

test("what was said is told only where that is asked for, without secrets, of streams too", async () => {
  await using collector = await fakeCollector();
  await using upstream = await fakeUpstream((response, { body }) => {
    if (!body.includes('"stream"')) return json(response, reply);
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(chatEvents(["the key is ", upstreamKey], usage).join(""));
  });
  await using proxy = await testProxy(
    { upstream: upstream.url, traceBodies: true },
    { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
  );
  await proxy.chat(chat);
  const key = await mintTrialKey(secret, claims, 60_000);
  const messages = [{ role: "user", content: `my key is ${key}` }];
  await (await proxy.chat({ ...chat, messages, stream: true }, { key })).text();
  const [plain, streamed] = (await collector.spans(2)).map(({ attributes }) => ({
    input: JSON.parse(String(attributes["gen_ai.input.messages"])),
    output: JSON.parse(String(attributes["gen_ai.output.messages"])),
    cut: attributes["mx.messages_cut"],
  }));
  const text = (role: string, content: string) => [{ role, parts: [{ type: "text", content }] }];
  expect(plain).toEqual({
    input: text("user", "What is 1 + 1?"),
    output: text("assistant", "2"),
    cut: false,
  });
  expect(streamed).toEqual({
    input: text("user", "my key is ***"),
    output: text("assistant", "the key is ***"),
    cut: false,
  });
});

test("Langfuse gets spans where it takes them, with its keys", async () => {
  await using collector = await fakeCollector();
  await using upstream = await fakeUpstream((response) => json(response, reply));
  await using proxy = await testProxy(
    { upstream: upstream.url },
    { LANGFUSE_HOST: collector.url, LANGFUSE_PUBLIC_KEY: "pk-1", LANGFUSE_SECRET_KEY: "sk-lf-2" },
  );
  await proxy.chat(chat);
  await collector.spans(1);
  expect(collector.requests[0]).toMatchObject({
    path: "/api/public/otel/v1/traces",
    headers: {
      authorization: `Basic ${Buffer.from("pk-1:sk-lf-2").toString("base64")}`,
      "x-langfuse-ingestion-version": "4",
      "content-type": "application/json",
    },
  });
});

test("a collector that refuses touches no call, and is said once", async () => {
  await using collector = await fakeCollector(401);
  await using upstream = await fakeUpstream((response) => json(response, reply));
  await using proxy = await testProxy(
    { upstream: upstream.url },
    { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
  );
  for (let round = 1; round <= 2; round += 1) {
    expect((await proxy.chat(chat)).status).toBe(200);
    while (collector.requests.length < round) await sleep(10);
  }
  const counts = async () => {
    const status = (await (await proxy.fetch("/mx/status")).json()) as { traces: object };
    return status.traces;
  };
  for (let waited = 0; waited < 100; waited += 1) {
    if (((await counts()) as { failed: number }).failed === 2) break;
    await sleep(10);
  }
  expect(await counts()).toMatchObject({ sent: 0, failed: 2, waiting: 0 });
  expect(proxy.notes.filter((note) => note.includes("could not be sent"))).toEqual([
    expect.stringContaining(`spans could not be sent to ${new URL(collector.url).host}`),
  ]);
});

test("a collector that hangs holds up no call, and no end for long", async () => {
  const silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const { port } = silent.address() as AddressInfo;
  await using upstream = await fakeUpstream((response) => json(response, reply));
  const proxy = await testProxy(
    { upstream: upstream.url },
    { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` },
  );
  for (let call = 0; call < 3; call += 1) expect((await proxy.chat(chat)).status).toBe(200);
  const ended = performance.now();
  await proxy[Symbol.asyncDispose]();
  expect(performance.now() - ended).toBeLessThan(6000);
  expect(proxy.notes).toContain(
    `3 spans could not be sent to 127.0.0.1:${port}: there was no time left`,
  );
  silent.close();
});

test("--no-traces sends nothing, and traces that are asked for need somewhere to go", async () => {
  await using collector = await fakeCollector();
  await using upstream = await fakeUpstream((response) => json(response, reply));
  {
    await using proxy = await testProxy(
      { upstream: upstream.url, traces: false },
      { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
    );
    await proxy.chat(chat);
    expect(await (await proxy.fetch("/mx/status")).json()).toMatchObject({ traces: null });
  }
  expect(collector.requests).toEqual([]);
  for (const given of [{ traces: true }, { traceBodies: true }]) {
    const opened = testProxy({ upstream: upstream.url, ...given });
    await expect(opened).rejects.toMatchObject({ code: "no_trace_target", exitCode: 2 });
  }
});
