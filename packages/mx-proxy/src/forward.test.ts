import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { chatEvents, fakeUpstream, json } from "./testing/fake-upstream.ts";
import { secret, testProxy, upstreamKey } from "./testing/test-proxy.ts";

const usage = { prompt_tokens: 11, completion_tokens: 3, total_tokens: 14 };
const reply = {
  model: "m-served",
  choices: [{ message: { content: "hi" }, finish_reason: "stop" }],
  usage,
};

test("a call goes through with its bytes unchanged, the key swapped, and leaves a record", async () => {
  await using upstream = await fakeUpstream((response) => {
    response.setHeader("X-From", "upstream");
    json(response, reply);
  });
  await using proxy = await testProxy({ upstream: upstream.url });
  const body =
    '{ "model":"m",\n "seed":9223372036854775807, "guided_json":{"a":1.0}, "x":"\\u00e4" }';
  const response = await proxy.chat(body, { headers: { "x-custom": "1" } });
  expect(await response.text()).toBe(JSON.stringify(reply));
  expect(response.headers.get("x-from")).toBe("upstream");
  const [seen] = upstream.seen;
  expect(seen).toMatchObject({ method: "POST", path: "/v1/chat/completions", body });
  expect(seen?.headers).toMatchObject({ authorization: `Bearer ${upstreamKey}`, "x-custom": "1" });
  expect(JSON.stringify(seen?.headers)).not.toContain(secret);
  const record = await proxy.record();
  expect(response.headers.get("x-mx-request-id")).toBe(record.id);
  expect(record).toMatchObject({
    model: "m",
    model_served: "m-served",
    status: 200,
    state: "ok",
    attempts: 1,
    streamed: false,
    key: null,
    usage: { input_tokens: 11, output_tokens: 3, cached_input_tokens: null, calls: 1 },
  });
  expect(record.elapsed_ms).toBeGreaterThan(0);
});

test.for([
  ["HEAD", "/v1/models"],
  ["OPTIONS", "/v1/chat/completions"],
  ["PATCH", "/v1/anything?a=1&b=%20"],
  ["DELETE", "/v1/files/f-1"],
  ["POST", "/v1/embeddings"],
] as const)("%s %s is passed through", async ([method, path]) => {
  await using upstream = await fakeUpstream((response) => {
    response.writeHead(207, "Odd Reason", { "x-length": "5" });
    response.end();
  });
  await using proxy = await testProxy({ upstream: `${upstream.url}/api/v1/` });
  const response = await proxy.fetch(path, { method });
  expect(response.status).toBe(207);
  expect(response.statusText).toBe("Odd Reason");
  expect(upstream.seen[0]).toMatchObject({ method, path: `/api${path}` });
});

test("a body that comes in chunks goes through, and a large one too", async () => {
  await using upstream = await fakeUpstream((response, { body }) =>
    json(response, { n: body.length }),
  );
  await using proxy = await testProxy({ upstream: upstream.url });
  const text = "x".repeat(3_000_000);
  const stream = new Blob([`{"model":"m","text":"`, text, `"}`]).stream();
  const init = { method: "POST", body: stream, duplex: "half" } as const;
  const response = await proxy.fetch("/v1/chat/completions", init);
  expect(await response.json()).toEqual({ n: text.length + 23 });
  expect((await proxy.record()).model).toBe("m");
});

test.for(["gzip", "br"] as const)(
  "a %s reply keeps its bytes, and its usage is read",
  async (encoding) => {
    const packed =
      encoding === "gzip"
        ? gzipSync(JSON.stringify(reply))
        : brotliCompressSync(JSON.stringify(reply));
    await using upstream = await fakeUpstream((response, { headers }) => {
      expect(headers["accept-encoding"]).toBe("gzip, br");
      response.writeHead(200, {
        "content-type": "application/json",
        "content-encoding": encoding,
        "content-length": packed.length,
      });
      response.end(packed);
    });
    await using proxy = await testProxy({ upstream: upstream.url });
    const raw = await rawChat(proxy.origin, { model: "m" }, { "accept-encoding": "gzip, br" });
    expect(raw.headers["content-encoding"]).toBe(encoding);
    expect(raw.body.equals(packed)).toBe(true);
    expect((await proxy.record()).usage).toMatchObject({ input_tokens: 11, output_tokens: 3 });
  },
);

test("a gzip reply that is broken keeps its bytes, and is an error", async () => {
  const packed = gzipSync(JSON.stringify(reply)).fill(7, 12);
  await using upstream = await fakeUpstream((response) => {
    response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
    response.end(packed);
  });
  await using proxy = await testProxy({ upstream: upstream.url });
  const raw = await rawChat(proxy.origin, { model: "m" }, {});
  expect(raw.body.equals(packed)).toBe(true);
  expect(await proxy.record()).toMatchObject({
    state: "error",
    error: "the reply is no gzip",
    usage: { input_tokens: null, calls: 1 },
  });
});

test("a stream that the upstream compresses although it was not asked to keeps its bytes", async () => {
  const packed = gzipSync(chatEvents(["a"], usage).join(""));
  await using upstream = await fakeUpstream((response) => {
    response.writeHead(200, { "content-type": "text/event-stream", "content-encoding": "gzip" });
    response.end(packed);
  });
  await using proxy = await testProxy({ upstream: upstream.url });
  const raw = await rawChat(proxy.origin, { model: "m", stream: true }, {});
  expect(raw.body.equals(packed)).toBe(true);
  expect(await proxy.record()).toMatchObject({
    state: "ok",
    streamed: true,
    usage: { input_tokens: 11 },
  });
});

test("a stream is asked for its usage, and a client that did not ask does not see it", async () => {
  await using upstream = await fakeUpstream((response, { body }) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    const asked = JSON.parse(body).stream_options?.include_usage === true;
    response.end(chatEvents(["a", "b"], asked ? usage : undefined).join(""));
  });
  await using proxy = await testProxy({ upstream: upstream.url });
  const without = await proxy.chat('{"model":"m","stream":true,"seed":9223372036854775807}');
  expect(await without.text()).toBe(chatEvents(["a", "b"]).join(""));
  expect(upstream.seen[0]?.body).toBe(
    '{"stream_options":{"include_usage":true},"model":"m","stream":true,"seed":9223372036854775807}',
  );
  const asking = '{"model":"m","stream":true,"stream_options":{"include_usage":true}}';
  expect(await (await proxy.chat(asking)).text()).toBe(chatEvents(["a", "b"], usage).join(""));
  expect(upstream.seen[1]?.body).toBe(asking);
  for (const n of [0, 1]) {
    expect(await proxy.record(n)).toMatchObject({
      state: "ok",
      streamed: true,
      model_served: "m-1",
      usage: { input_tokens: 11, output_tokens: 3 },
    });
  }
});

test("what a response has used does not count again where it is read again", async () => {
  const usage = { input_tokens: 3, output_tokens: 5 };
  await using upstream = await fakeUpstream((response) => json(response, { id: "r-1", usage }));
  await using proxy = await testProxy({ upstream: upstream.url });
  await proxy.fetch("/v1/responses", { method: "POST", body: "{}" });
  await proxy.fetch("/v1/responses/r-1");
  expect(proxy.records.map(({ usage }) => usage.calls)).toEqual([1, 0]);
  expect(proxy.records[1]).toMatchObject({ state: "ok", cost_usd: 0 });
  const metrics = await (await proxy.fetch("/metrics")).text();
  expect(metrics).toMatch(/tokens_total\{.*kind="output".*\} 5\n/);
});

test("with --no-include-usage a streaming request keeps its bytes", async () => {
  await using upstream = await fakeUpstream((response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(chatEvents(["a"]).join(""));
  });
  await using proxy = await testProxy({ upstream: upstream.url, includeUsage: false });
  const body = '{"model":"m","stream":true}';
  await (await proxy.chat(body)).text();
  expect(upstream.seen[0]?.body).toBe(body);
  expect((await proxy.record()).usage).toMatchObject({ input_tokens: null, calls: 1 });
});

test("events arrive one by one as the upstream sends them, cut where they may be", async () => {
  const bytes = Buffer.from(chatEvents(["ä€😀", "b"]).join(""));
  await using upstream = await fakeUpstream(async (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.flushHeaders();
    for (let at = 0; at < bytes.length; at += 7) {
      response.write(bytes.subarray(at, at + 7));
      await sleep(2);
    }
    response.end();
  });
  await using proxy = await testProxy({ upstream: upstream.url });
  const response = await proxy.chat({ model: "m", stream: true });
  const chunks: Buffer[] = [];
  for await (const chunk of response.body ?? []) chunks.push(Buffer.from(chunk));
  expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
  expect(chunks.length).toBeGreaterThan(2);
  const { ttft_ms, elapsed_ms } = await proxy.record();
  expect(ttft_ms).toBeLessThan(elapsed_ms - 20);
});

test("the head of a stream does not wait for its first event", async () => {
  await using upstream = await fakeUpstream((response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.flushHeaders();
  });
  await using proxy = await testProxy({ upstream: upstream.url });
  const response = await proxy.chat({ model: "m", stream: true });
  expect(response.status).toBe(200);
  await response.body?.cancel();
});

/** A chat call without a client's own ideas about decoding. */
function rawChat(
  origin: string,
  body: object,
  headers: Record<string, string>,
): Promise<{ headers: NodeJS.Dict<string | string[]>; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const call = request(
      `${origin}/v1/chat/completions`,
      { method: "POST", headers: { authorization: `Bearer ${secret}`, ...headers } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () =>
          resolve({ headers: response.headers, body: Buffer.concat(chunks) }),
        );
        response.on("error", reject);
      },
    );
    call.on("error", reject);
    call.end(JSON.stringify(body));
  });
}
