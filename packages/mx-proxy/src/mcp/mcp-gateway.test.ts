import { processesWith } from "@mx/cli/testing/processes";
import { ListRootsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { mintTrialKey } from "@mx/keys";
import { expect, test } from "vitest";
import {
  bareClient,
  caller,
  connect,
  initialize,
  serving,
  status,
  toolCall,
  trialKey,
  usage,
} from "../testing/mcp-proxy.ts";
import { secret } from "../testing/test-proxy.ts";

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
  expect(await status(proxy)).toMatchObject({ mcp: [{ name: "one", sessions: 2 }] });
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
  const none = await mintTrialKey(secret, caller, 60_000);
  await expect(connect(proxy, none)).rejects.toThrow(/not good/);
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
  const json = { "content-type": "application/json" };
  const usual = { ...json, accept: "application/json, text/event-stream" };
  const send = async (body: string, headers: Record<string, string> = usual) => {
    const response = await proxy.fetch("/mcp/one", { method: "POST", body, headers });
    return [response.status, ((await response.json()) as { error: { message: string } }).error];
  };
  const start = { jsonrpc: "2.0", ...initialize };
  const text = JSON.stringify(start);
  const says = (message: RegExp) => ({ message: expect.stringMatching(message) });
  expect(await send("{")).toMatchObject([400, says(/no JSON: /)]);
  expect(await send("[]")).toMatchObject([400, says(/no JSON-RPC/)]);
  expect(await send('{"jsonrpc":"2.0","id":1.5,"method":"x"}')).toMatchObject([
    400,
    says(/no JSON-RPC/),
  ]);
  expect(await send(`[${text},${text}]`)).toMatchObject([400, says(/and no other/)]);
  expect(await send(JSON.stringify({ ...start, method: "tools/list" }))).toMatchObject([
    400,
    says(/begins/),
  ]);
  expect(await send(text, json)).toMatchObject([406, says(/accept/)]);
  expect(await send(text, {})).toMatchObject([415, says(/JSON/)]);
  expect(await send(" ".repeat(5_000_000))).toMatchObject([413, says(/4194304 bytes/)]);
  const paths = ["/mcp/", "/mcp/%00", "/mcp/%zz", "/mcp/__proto__", "/mcp/one/two"];
  for (const path of paths) expect((await proxy.fetch(path)).status).toBe(404);
  expect((await proxy.fetch("/mcp/one")).status).toBe(400);
  const headers = { "mcp-session-id": "none" };
  for (const method of ["GET", "DELETE", "PUT"])
    expect((await proxy.fetch("/mcp/one", { method, headers })).status).toBe(404);
  expect(processesWith("marker-of-no-mcp")).toEqual([]);
  expect(await status(proxy)).toMatchObject({ mcp: [{ sessions: 0 }] });
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

test("progress goes by the token that its call came with, and a question to a client that listens nowhere else", async () => {
  await using proxy = await serving({ one: {} });
  const client = await bareClient(proxy);
  const [progress, told] = await client.ask(toolCall(3, "tells", {}, { progressToken: "mine" }));
  expect(progress).toMatchObject({ params: { progressToken: "mine" } });
  expect(told).toMatchObject({ id: 3 });
  const asking = client.ask(toolCall(4, "asks"));
  await client.ask({ id: "q-9", result: { never: "asked" } });
  await expect
    .poll(() =>
      client.ask({ id: "q-4", result: { roots: [] } }).then(() => client.ask(toolCall(5, "heard"))),
    )
    .toMatchObject([{ result: { content: [{ text: '[{"id":"q-4","result":{"roots":[]}}]' }] } }]);
  expect(await asking).toMatchObject([{ id: "q-4", method: "roots/list" }, { id: 4 }]);
});

test("a question that no client hears is answered by the proxy", async () => {
  await using proxy = await serving({ one: {} });
  const client = await bareClient(proxy);
  await client.ask(toolCall(1, "asksLater"));
  await expect
    .poll(async () => JSON.stringify(await client.ask(toolCall(2, "heard"))))
    .toMatch(/later.*the client does not listen/);
});
