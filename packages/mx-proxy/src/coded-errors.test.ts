import { request } from "node:http";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { fakeUpstream } from "./testing/fake-upstream.ts";
import { secret, testProxy, upstreamKey, type TestProxy } from "./testing/test-proxy.ts";

/** A call whose reply is not decoded. */
function raw(proxy: TestProxy): Promise<{ headers: NodeJS.Dict<string | string[]>; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${secret}`, "accept-encoding": "gzip, br, zstd" };
    const call = request(`${proxy.url}/embeddings`, { method: "POST", headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve({ headers: response.headers, body: Buffer.concat(chunks) }));
    });
    call.on("error", reject).end('{"model":"m"}');
  });
}

const quoting = JSON.stringify({ error: { message: `not ${upstreamKey}`, code: "bad_key" } });
const harmless = JSON.stringify({ error: { message: "no such model", code: "bad_model" } });

test.for<[string, (text: string) => Buffer]>([
  ["gzip", gzipSync],
  ["br", brotliCompressSync],
  ["deflate", deflateSync],
])(
  "a key that is quoted in an error is masked in %s too, and other errors stay as they are",
  async ([encoding, code]) => {
    const bodies = [code(quoting), code(harmless)];
    await using upstream = await fakeUpstream((response, _seen, count) => {
      const body = bodies[count - 1];
      response.writeHead(401, { "content-type": "application/json", "content-encoding": encoding });
      response.write(body?.subarray(0, 5));
      setTimeout(() => response.end(body?.subarray(5)), 20);
    });
    await using proxy = await testProxy({ upstream: [upstream.url] });
    const masked = await raw(proxy);
    expect(masked.headers["content-encoding"]).toBeUndefined();
    expect(JSON.parse(masked.body.toString())).toEqual({
      error: { message: "not ***", code: "bad_key" },
    });
    const passed = await raw(proxy);
    expect(passed.headers["content-encoding"]).toBe(encoding);
    expect(passed.body).toEqual(bodies[1]);
    expect(await proxy.record(0)).toMatchObject({ status: 401, state: "error", error: "not ***" });
    expect(await proxy.record(1)).toMatchObject({ status: 401, error: "no such model" });
  },
);

test.for(["zstd-that-is-none", "gzip"])(
  "an error in %s that cannot be read is not passed on",
  async (encoding) => {
    await using upstream = await fakeUpstream((response) => {
      response.writeHead(401, { "content-type": "text/plain", "content-encoding": encoding });
      response.end(quoting);
    });
    await using proxy = await testProxy({ upstream: [upstream.url] });
    const { headers, body } = await raw(proxy);
    expect(headers["content-type"]).toBe("application/json");
    expect(JSON.parse(body.toString())).toMatchObject({ error: { code: "upstream_error" } });
    expect(await proxy.record()).toMatchObject({ status: 401, state: "error" });
  },
);
