import { execa } from "execa";
import { writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { isFull } from "./support/is-full.ts";
import { anthropicCalls, openaiCalls } from "../packages/mx-proxy/src/testing/npm-clients.ts";
import { freePort } from "./support/free-port.ts";
import { modelApi, type ApiRequest, type ModelApi } from "./support/model-api.ts";
import { providerKey, proxyProcess, proxySecret } from "./support/proxy-process.ts";
import { pythonVenv } from "./support/python-venv.ts";
import { rawCall } from "./support/raw-call.ts";
import { rawUpstream } from "./support/raw-upstream.ts";

const directKey = "sk-of-a-client-that-needs-no-proxy";
const asked = '"stream_options":{"include_usage":true},';

/** A request but for what the proxy may change: the key, and the usage of a stream that is asked for. */
function essence({ method, path, headers, body }: ApiRequest): object {
  const others = { ...headers };
  // These are for one connection, or follow from the body; and only what is not compressed can be looked into.
  const own = [
    "authorization",
    "x-api-key",
    "host",
    "connection",
    "expect",
    "content-length",
    "accept-encoding",
  ];
  for (const name of own) delete others[name];
  return { method, path, body: body.replace(asked, ""), headers: others };
}

/**
 * A client's calls straight to an API, and through mx-proxy: both come to the same, the API gets the same, and the
 * ledger knows of each call.
 */
async function comparesEqual(client: (baseUrl: string, key: string) => Promise<unknown>) {
  await using api = await modelApi();
  await using proxy = await proxyProcess(["--upstream", api.url]);
  // It has looked at the models before it was ready.
  api.seen.splice(0);
  const direct = await client(api.url, directKey);
  const directSeen = api.seen.splice(0);
  expect(await client(proxy.url, proxySecret)).toEqual(direct);
  expect(api.seen.map(essence)).toEqual(directSeen.map(essence));
  for (const { headers, body } of api.seen) {
    expect(headers.authorization).toBe(`Bearer ${providerKey}`);
    expect(JSON.stringify([headers, body])).not.toContain(proxySecret);
  }
  const records = await proxy.records(api.seen.length);
  expect(records.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual(
    api.seen.map(({ method, path }) => `${method} ${path}`).toSorted(),
  );
  for (const record of records) {
    expect(record).toMatchObject({ state: "ok", status: 200, attempts: 1 });
    const embeds = record.path === "/v1/embeddings";
    const tokens = { input_tokens: embeds ? 5 : 31, output_tokens: embeds ? 0 : 9, calls: 1 };
    if (record.method === "POST") expect(record.usage).toMatchObject(tokens);
  }
  return direct;
}

test("the openai package for Node: the same as without mx-proxy", async () => {
  expect(await comparesEqual(openaiCalls)).toMatchObject({
    streamed: "It is 391 – no more, no less.",
    toolsStreamed: [{ function: { name: "multiply", arguments: '{"a": 17, "b": 23}' } }],
    embeddings: [0.25, -0.5, 1],
  });
});

test.for(["authToken", "apiKey"] as const)(
  "the Anthropic package for Node, with its %s: the same as without mx-proxy",
  async (kind) => {
    const client = (url: string, key: string) =>
      anthropicCalls(url.replace(/\/v1$/, ""), { authToken: null, apiKey: null, [kind]: key });
    expect(await comparesEqual(client)).toMatchObject({
      toolsStreamed: { content: [{ input: { a: 17, b: 23 } }] },
    });
  },
);

test("curl: the same as without mx-proxy, a stream event by event", async () => {
  const curl = async (url: string, key: string) => {
    const ask = async (path: string, body: object, ...more: string[]) => {
      const headers = [
        "-H",
        "content-type: application/json",
        "-H",
        `authorization: Bearer ${key}`,
      ];
      const args = ["-sSN", ...headers, ...more, "-d", JSON.stringify(body), `${url}${path}`];
      return (await execa("curl", args)).stdout;
    };
    const tools = [{ type: "function", function: { name: "multiply" } }];
    const chat = { model: "m", messages: [{ role: "user", content: "x" }] };
    return {
      chat: await ask("/chat/completions", chat, "--compressed"),
      stream: await ask("/chat/completions", { ...chat, stream: true }),
      tools: await ask("/chat/completions", { ...chat, tools }),
      toolsStream: await ask("/chat/completions", { ...chat, tools, stream: true }),
      responses: await ask("/responses", { model: "m", input: "x", stream: true }),
      embeddings: await ask("/embeddings", { model: "m", input: "x" }),
      continued: await ask("/chat/completions", chat, "-H", "expect: 100-continue"),
    };
  };
  const { stream } = (await comparesEqual(curl)) as { stream: string };
  expect(stream).toContain("data: [DONE]");
});

/** LiteLLM takes minutes to install and half a minute for its calls; OpenAI's own package comes with it. */
const packages = isFull ? ["litellm[proxy]==1.106.2"] : ["openai==2.54.0"];
if (!isFull) console.warn("skipped: LiteLLM as a client and as a proxy, which MX_FULL=1 runs");

describe("Python", () => {
  let bin: string | null = null;
  beforeAll(async () => {
    bin = await pythonVenv(packages);
  }, 400_000);

  test.for(isFull ? ["openai", "litellm"] : ["openai"])(
    "the %s package: the same as without mx-proxy",
    { timeout: 180_000 },
    async (name, { skip }) => {
      if (bin === null) return skip("the package cannot be installed from PyPI");
      const python = join(bin, "python");
      const script = join(import.meta.dirname, "support/clients", `${name}-client.py`);
      const client = async (url: string, key: string): Promise<unknown> => {
        const env = {
          PATH: process.env["PATH"] ?? "",
          OPENAI_BASE_URL: url,
          OPENAI_API_BASE: url,
          OPENAI_API_KEY: key,
          LITELLM_LOCAL_MODEL_COST_MAP: "True",
        };
        const { stdout } = await execa(python, [script], { env, extendEnv: false });
        // LiteLLM says more, before it.
        return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
      };
      expect(await comparesEqual(client)).toMatchObject({
        chat: ["It is 391 – no more, no less.", 40],
        embeddings: [0.25, -0.5, 1],
      });
    },
  );

  test.runIf(isFull)(
    "a LiteLLM proxy behind mx-proxy, and in front of it",
    async ({ skip }) => {
      if (bin === null) return skip("LiteLLM cannot be installed from PyPI");
      await using api = await modelApi();
      const master = `sk-${"5f1c9a7be2d84c6e9b3a".repeat(2)}`;
      {
        await using litellm = await litellmProxy(bin, {
          apiBase: api.url,
          key: providerKey,
          master,
        });
        await using proxy = await proxyProcess(["--upstream", litellm.url], {
          OPENAI_API_KEY: master,
        });
        await answers(proxy.url, proxySecret, api);
        const records = await proxy.records(2);
        for (const { state, usage } of records) {
          expect([state, usage.input_tokens, usage.output_tokens]).toEqual(["ok", 31, 9]);
        }
      }
      await using proxy = await proxyProcess(["--upstream", api.url]);
      await using litellm = await litellmProxy(bin, {
        apiBase: proxy.url,
        key: proxySecret,
        master,
      });
      await answers(litellm.url, master, api);
      const calls = (await proxy.records(2)).filter(({ method }) => method === "POST");
      expect(calls.map(({ state }) => state)).toEqual(["ok", "ok"]);
      expect(api.seen.at(-1)?.headers.authorization).toBe(`Bearer ${providerKey}`);
    },
    300_000,
  );
});

async function answers(url: string, key: string, api: ModelApi): Promise<void> {
  const before = api.seen.length;
  for (const stream of [false, true]) {
    const response = await fetch(`${url}/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({
        model: "fake-model",
        messages: [{ role: "user", content: "x" }],
        stream,
      }),
    });
    const text = await response.text();
    expect(response.status, text).toBe(200);
    expect(text).toContain(stream ? "data: [DONE]" : "It is 391 – no more, no less.");
  }
  expect(api.seen.slice(before).filter(({ method }) => method === "POST").length).toBe(2);
}

/** A LiteLLM proxy in front of an API. */
async function litellmProxy(
  bin: string,
  { apiBase, key, master }: { apiBase: string; key: string; master: string },
) {
  const folder = mkdtempSync(join(tmpdir(), "mx-litellm-"));
  const config = join(folder, "config.yaml");
  const params = { model: "openai/fake-model", api_base: apiBase, api_key: key };
  const list = [{ model_name: "fake-model", litellm_params: params }];
  writeFileSync(config, JSON.stringify({ model_list: list }));
  const port = await freePort();
  const args = ["--config", config, "--host", "127.0.0.1", "--port", String(port)];
  const child = execa(join(bin, "litellm"), [...args, "--telemetry", "False"], {
    reject: false,
    all: true,
    extendEnv: false,
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: folder,
      LITELLM_MASTER_KEY: master,
      LITELLM_LOCAL_MODEL_COST_MAP: "True",
    },
  });
  const origin = `http://127.0.0.1:${port}`;
  for (let waited = 0; child.exitCode === null || child.exitCode === undefined; waited += 250) {
    const up = await fetch(`${origin}/health/liveliness`).catch(() => null);
    if (up?.ok === true || waited > 90_000) break;
    await sleep(250);
  }
  return {
    url: `${origin}/v1`,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

describe("bytes", () => {
  const odd =
    ' {"model" : "m","model":"m", "seed":9223372036854775807,"min_tokens":3,"guided_json":{"a":1.0,"b":[1e400,-0]},\n' +
    '\t"messages":[{"role":"user","content":"\\u00e4\\ud83d ä😀\\/ \\"stream\\":true"}],"__proto__":{"x":1},"":null }\r\n';

  test.for([
    ["a chat", "/v1/chat/completions", odd, odd],
    ["a chat with a query", "/v1/chat/completions?api-version=2024-10-21&a=%20b+c", odd, odd],
    [
      "a stream that is asked for its usage",
      "/v1/chat/completions",
      odd.replace('"seed"', '"stream":true,"seed"'),
      odd.replace(' {"model" :', ` {${asked}"model" :`).replace('"seed"', '"stream":true,"seed"'),
    ],
    [
      "a stream with options of its own",
      "/v1/chat/completions",
      odd.replace('"seed"', '"stream":true,"stream_options":{"x":9007199254740993},"seed"'),
      odd.replace(
        '"seed"',
        '"stream":true,"stream_options":{"include_usage":true,"x":9007199254740993},"seed"',
      ),
    ],
    ["responses", "/v1/responses", odd.replace('"seed"', '"stream":true,"seed"'), null],
    [
      "something that is not JSON",
      "/v1/audio/transcriptions",
      "--b\r\n\u0000\u0001\r\n--b--",
      null,
    ],
  ] as const)("%s arrives as it was sent, and the reply too", async ([, path, body, expected]) => {
    const reply = Buffer.from(
      '{ "id":"é",\r\n"big":9223372036854775807, "x":1.0,"y":"\\u00e9" }\n\n',
    );
    const head = [
      "HTTP/1.1 299 Odd Reason",
      "Content-Type: application/json",
      "X-Twice: a",
      "x-twice: b",
      "Set-Cookie: a=1",
      "Set-Cookie: b=2",
      `Content-Length: ${reply.length}`,
    ];
    await using upstream = await rawUpstream((socket) => {
      socket.write(`${head.join("\r\n")}\r\n\r\n`);
      socket.write(reply);
    });
    await using proxy = await proxyProcess(["--upstream", upstream.url]);
    const headers = {
      authorization: `Bearer ${proxySecret}`,
      "content-type": "application/json; odd=1",
      "OpenAI-Beta": "x",
      "X-Unknown": "ÿ~",
    };
    const got = await rawCall(proxy.origin, { method: "POST", path, headers, body });
    const seen = upstream.requests.find(({ method }) => method === "POST");
    expect(seen?.path).toBe(path);
    expect(seen?.body.toString()).toBe(expected ?? body);
    expect(seen?.headers).toMatchObject({
      authorization: `Bearer ${providerKey}`,
      "content-type": "application/json; odd=1",
      "openai-beta": "x",
    });
    expect(got).toMatchObject({ status: 299, complete: true });
    expect(got.body.equals(reply)).toBe(true);
    expect(got.headers["set-cookie"]).toBe("b=2");
  });
});
