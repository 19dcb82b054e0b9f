import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { ListRootsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { mintTrialKey, type TrialClaims } from "@mx/keys";
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fakeUpstream, json } from "../testing/fake-upstream.ts";
import { mcpServer } from "../testing/mcp-server.ts";
import { secret, testProxy, type TestProxy } from "../testing/test-proxy.ts";

const claims = { run_id: "r-1", key: "ab".repeat(32), task_id: "t-1", trial: 2, attempt: 1 };
const caller = { run_id: "r-1", key: claims.key, task_id: "t-1", trial: 2, attempt: 1 };

/** A proxy in front of these servers; none of them runs yet. */
async function serving(
  servers: Parameters<typeof mcpServer>[0],
  env: NodeJS.ProcessEnv = {},
): Promise<TestProxy> {
  const upstream = await fakeUpstream((response) => json(response, {}));
  const files = mcpServer(servers);
  const proxy = await testProxy({ upstream: upstream.url, mcpConfig: files.config }, env);
  return {
    ...proxy,
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await upstream[Symbol.asyncDispose]();
      files[Symbol.dispose]();
    },
  };
}

const trialKey = (given: Partial<TrialClaims> = {}) =>
  mintTrialKey(secret, { ...claims, mcp: ["one"], ...given }, 60_000);

/** The SDK's own client, connected with this key. */
async function connect(proxy: TestProxy, key = secret, name = "one") {
  const url = new URL(`${proxy.origin}/mcp/${name}`);
  const headers = { authorization: `Bearer ${key}` };
  const transport = new StreamableHTTPClientTransport(url, { requestInit: { headers } });
  const client = new Client({ name: "test", version: "1" }, { capabilities: { roots: {} } });
  await client.connect(transport as Transport);
  const call = async (tool: string, args: Record<string, unknown> = {}) => {
    const { content } = await client.callTool({ name: tool, arguments: args });
    return (content as { text: string }[])[0]?.text ?? "";
  };
  return { client, transport, call, [Symbol.asyncDispose]: () => client.close() };
}

const usage = async (proxy: TestProxy, method = "GET") =>
  (await proxy.fetch(`/mx/usage?key=${claims.key}&attempt=1`, { method })).json();

/** Pids of the processes whose command line holds this. */
function processesWith(text: string): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => {
      try {
        return pid > 0 && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(text);
      } catch {
        return false;
      }
    });
}

test("each client has a server of its own, and each call a record, its secrets masked", async () => {
  const env = { VAULT_TOKEN: "tok-5521-of-the-vault", OPENAI_API_KEY: "sk-never-there" };
  await using proxy = await serving({ one: { env: { T: "${VAULT_TOKEN}" } } }, env);
  await using first = await connect(proxy, await trialKey());
  await using second = await connect(proxy);
  expect(await first.call("count")).toBe("1");
  expect(await first.call("count")).toBe("2");
  expect(await second.call("count")).toBe("1");
  const inside = JSON.parse(await first.call("env")) as Record<string, string>;
  expect(inside).toMatchObject({ T: env.VAULT_TOKEN });
  expect(Object.keys(inside)).not.toContain("OPENAI_API_KEY");
  expect(await first.call("echo", { said: env.VAULT_TOKEN })).toBe(env.VAULT_TOKEN);
  await first.call("fails");
  await expect(first.call("none")).rejects.toThrow(/no such tool/);
  const calls = proxy.mcpCalls.filter((call) => call.key !== null);
  expect(calls.map(({ method, tool, state, is_error }) => [method, tool, state, is_error])).toEqual(
    [
      ["initialize", null, "ok", false],
      ["tools/call", "count", "ok", false],
      ["tools/call", "count", "ok", false],
      ["tools/call", "env", "ok", false],
      ["tools/call", "echo", "ok", false],
      ["tools/call", "fails", "ok", true],
      ["tools/call", "none", "error", null],
    ],
  );
  expect(calls[4]).toMatchObject({
    ...caller,
    server: "one",
    arguments: { said: "***" },
    result: { content: [{ type: "text", text: "***" }] },
  });
  expect(calls[6]).toMatchObject({ error: expect.stringMatching(/no such tool/) });
  expect(JSON.stringify(proxy.mcpCalls)).not.toContain(env.VAULT_TOKEN);
  expect(await usage(proxy)).toMatchObject({ calls: 0, mcp_calls: 7, mcp_fault: null });
  const status = await (await proxy.fetch("/mx/status")).json();
  expect(status).toMatchObject({ mcp: [{ name: "one", sessions: 2 }] });
  const metrics = await (await proxy.fetch("/metrics")).text();
  expect(metrics).toMatch(/mcp_calls_total\{server="one",state="error"\} 1/);
});

test("what is large is not in the record, its size is", async () => {
  await using proxy = await serving({ one: {} });
  await using client = await connect(proxy);
  expect(await client.call("big", { bytes: 3_000_000 })).toHaveLength(3_000_000);
  const last = proxy.mcpCalls.at(-1);
  expect(last).not.toHaveProperty("result");
  expect(last?.result_bytes).toBeGreaterThan(3_000_000);
});

test("a key is good for the servers that it names, and a session for its caller", async () => {
  await using proxy = await serving({ one: {}, two: {} });
  await expect(connect(proxy, await trialKey({ mcp: ["two"] }))).rejects.toThrow(/not good for/);
  const { mcp: _, ...none } = { ...claims, mcp: [] };
  await expect(connect(proxy, await mintTrialKey(secret, none, 60_000))).rejects.toThrow(
    /not good/,
  );
  await expect(connect(proxy, "wrong")).rejects.toThrow(/neither the admin key/);
  await expect(connect(proxy, secret, "three")).rejects.toThrow(/there are \/mcp\/one, \/mcp\/two/);
  await using mine = await connect(proxy, await trialKey());
  const call = (key: string, name = "one") =>
    proxy.fetch(`/mcp/${name}`, {
      method: "POST",
      key,
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        "mcp-session-id": mine.transport.sessionId ?? "",
      },
      body: JSON.stringify({ jsonrpc: "2.0", id: 9, method: "tools/list" }),
    });
  expect((await call(await trialKey())).status).toBe(200);
  expect((await call(await trialKey({ attempt: 0 }))).status).toBe(404);
  expect((await call(secret)).status).toBe(404);
  expect((await call(secret, "two")).status).toBe(404);
});

test("what is no MCP is refused and starts nothing", async () => {
  await using proxy = await serving({ one: { args: ["marker-of-no-mcp"] } });
  const post = async (body: string, headers: Record<string, string> = {}) => {
    const response = await proxy.fetch("/mcp/one", { method: "POST", body, headers });
    return [response.status, ((await response.json()) as { error: unknown }).error];
  };
  const start = { jsonrpc: "2.0", id: 1, method: "initialize", params: {} };
  expect(await post("{")).toMatchObject([400, { message: expect.stringMatching(/no JSON/) }]);
  expect(await post("[]")).toMatchObject([400, { message: expect.stringMatching(/begins with/) }]);
  expect(await post(JSON.stringify({ ...start, method: "tools/list" }))).toMatchObject([400, {}]);
  expect(await post(JSON.stringify(start))).toMatchObject([406, {}]);
  expect((await proxy.fetch("/mcp/one")).status).toBe(400);
  expect(processesWith("marker-of-no-mcp")).toEqual([]);
  expect(await (await proxy.fetch("/mx/status")).json()).toMatchObject({ mcp: [{ sessions: 0 }] });
});

test("a server that cannot start says why to its client, and is the attempt's fault", async () => {
  const env = { VAULT_TOKEN: "tok-5521-of-the-vault" };
  const broken = { args: ["broken"], env: { WHAT: "${VAULT_TOKEN}" } };
  await using proxy = await serving({ one: broken, two: { command: "/no/such/program" } }, env);
  await expect(connect(proxy, await trialKey())).rejects.toThrow(
    /MCP server "one": it has ended \(exit status 4\)\s+no \*\*\*/,
  );
  expect(await usage(proxy)).toMatchObject({
    mcp_fault: 'MCP server "one": it has ended (exit status 4)\nno ***',
  });
  expect(proxy.mcpCalls).toMatchObject([{ method: "initialize", state: "failed", ...caller }]);
  await expect(connect(proxy, secret, "two")).rejects.toThrow(/ENOENT/);
});

test("a server that ends takes its calls with it, and its session", async () => {
  await using proxy = await serving({ one: {} });
  await using client = await connect(proxy, await trialKey());
  const silent = client.call("silent");
  const failed = expect(silent).rejects.toThrow(/exit status 3.*out of cheese/s);
  await expect(client.call("crash")).rejects.toThrow(/MCP server "one": .*exit status 3/);
  await failed;
  await expect(client.call("count")).rejects.toThrow(/no such session/);
  expect(await usage(proxy)).toMatchObject({ mcp_fault: expect.stringMatching(/out of cheese/) });
});

test("progress, questions of the server, and calls that are called off go through", async () => {
  await using proxy = await serving({ one: {} });
  await using one = await connect(proxy);
  one.client.setRequestHandler(ListRootsRequestSchema, () => ({ roots: [{ uri: "file:///x" }] }));
  expect(await one.call("asks")).toContain("file:///x");
  const progress: number[] = [];
  await one.client.callTool({ name: "tells" }, undefined, {
    onprogress: (told) => progress.push(told.progress),
  });
  expect(progress).toEqual([1]);
  const late = one.client.callTool({ name: "silent" }, undefined, { timeout: 200 });
  await expect(late).rejects.toThrow(/timed out/i);
  await expect.poll(() => proxy.mcpCalls.at(-1)?.state).toBe("cancelled");
  expect(await one.call("count")).toBe("1");
});

test("the servers of an attempt end with it, and what they have started", async () => {
  await using proxy = await serving({ one: { args: ["child", "marker-of-ending"] } });
  const client = await connect(proxy, await trialKey());
  const other = await connect(proxy, await trialKey({ attempt: 2 }));
  expect(processesWith("marker-of-ending")).toHaveLength(2);
  const silent = expect(client.call("silent")).rejects.toThrow();
  const status = async (): Promise<unknown> => (await proxy.fetch("/mx/status")).json();
  await expect.poll(status).toMatchObject({ mcp: [{ active: 1 }] });
  expect(await usage(proxy, "DELETE")).toMatchObject({ aborted: 1 });
  await silent;
  await expect.poll(() => processesWith("marker-of-ending"), { timeout: 10_000 }).toHaveLength(1);
  await other.transport.terminateSession();
  await expect.poll(() => processesWith("marker-of-ending"), { timeout: 10_000 }).toEqual([]);
  expect(processesWith("sleep\u0000613")).toEqual([]);
  expect(proxy.mcpCalls.at(-1)).toMatchObject({ tool: "silent", state: "cancelled" });
});

test("a caller that opens one session after the other has the last eight", async () => {
  await using proxy = await serving({ one: { args: ["marker-of-many"] } });
  const clients = [];
  for (let n = 0; n < 10; n += 1) clients.push(await connect(proxy));
  await expect.poll(() => processesWith("marker-of-many"), { timeout: 10_000 }).toHaveLength(8);
  await expect(clients[0]?.call("count")).rejects.toThrow(/no such session/);
  expect(await clients[9]?.call("count")).toBe("1");
});

test("a server elsewhere is reached with headers that no client gets to see", async () => {
  await using behind = await serving({ one: {} });
  const url = `${behind.origin}/mcp/one`;
  const far = { url, headers: { Authorization: "Bearer ${FAR_KEY}" } };
  await using proxy = await serving({ one: far }, { FAR_KEY: secret });
  await using client = await connect(proxy, await trialKey());
  expect(await client.call("count")).toBe("1");
  expect(await client.call("count")).toBe("2");
  await behind[Symbol.asyncDispose]();
  await expect(client.call("count")).rejects.toThrow(/MCP server "one"/);
  expect(await usage(proxy)).toMatchObject({ mcp_fault: expect.any(String) });
});

test("calls without end and answers that nobody reads are not kept without end", async () => {
  await using proxy = await serving({ one: {} });
  await using client = await connect(proxy, await trialKey());
  const all = await Promise.allSettled(
    Array.from({ length: 70 }, () =>
      client.client.callTool({ name: "silent" }, undefined, { timeout: 1000 }),
    ),
  );
  const refused = all.filter(
    (one) => one.status === "rejected" && /more than 64 calls/.test(String(one.reason)),
  );
  expect(refused).toHaveLength(6);
  // Read the heads of the replies only.
  const headers = {
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
    "mcp-session-id": client.transport.sessionId ?? "",
  };
  const key = await trialKey();
  for (let id = 1000; id < 1010; id += 1) {
    const params = { name: "big", arguments: { bytes: 10_000_000 } };
    const body = JSON.stringify({ jsonrpc: "2.0", id, method: "tools/call", params });
    await proxy.fetch("/mcp/one", { method: "POST", key, headers, body });
  }
  await expect
    .poll(async () => (await (await proxy.fetch("/mx/status")).json()) as object, {
      timeout: 10_000,
    })
    .toMatchObject({ mcp: [{ sessions: 0 }] });
});
