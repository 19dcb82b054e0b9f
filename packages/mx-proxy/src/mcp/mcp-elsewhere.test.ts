import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { farAnswer, farMcpServer } from "../testing/far-mcp-server.ts";
import { bareClient, connect, serving, toolCall, trialKey, usage } from "../testing/mcp-proxy.ts";
import { secret } from "../testing/test-proxy.ts";

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

test("a server elsewhere heard that its client is ready only after the first call", async () => {
  const heard: (string | undefined)[] = [];
  using far = await farMcpServer(async ({ method }) => {
    if (method === "notifications/initialized") await sleep(200);
    if (method !== undefined) heard.push(method);
    return false;
  });
  await using proxy = await serving({ one: { url: far.url } });
  await using client = await connect(proxy);
  await client.client.ping();
  expect(heard).toEqual(["initialize", "notifications/initialized", "ping"]);
});

test("an old server that speaks SSE alone, which nobody has said, and its end", async () => {
  let events: ServerResponse | null = null;
  using far = await farMcpServer((message, response) => {
    if (message.method === undefined) {
      events = response.writeHead(200, { "content-type": "text/event-stream" });
      events.write("event: endpoint\ndata: /messages\n\n");
      return true;
    }
    // Nothing is posted to where the stream is.
    if (response.req.url === "/sse") response.writeHead(404).end();
    else response.writeHead(202).end();
    if (response.req.url === "/messages" && message.id !== undefined)
      events?.write(`event: message\ndata: ${farAnswer(message)}\n\n`);
    return true;
  });
  await using proxy = await serving({ one: { url: `${far.url}/sse` } });
  const client = await bareClient(proxy);
  expect(client.begun).toMatchObject([{ id: 0, result: { capabilities: {} } }]);
  expect(await client.ask(toolCall(1, "any"))).toMatchObject([{ id: 1, result: {} }]);
  expect(await usage(proxy)).toMatchObject({ mcp_fault: null });
  (events as ServerResponse | null)?.end();
  const gone = { mcp_fault: 'MCP server "one": the connection ended' };
  await expect.poll(() => usage(proxy)).toMatchObject(gone);
});

test.for([
  ["a session that it has dropped", 404, /Session not found/],
  ["a failure of its own", 500, /Session not found/],
] as const)("a server elsewhere with %s is a fault", async ([, status, why]) => {
  using far = await farMcpServer(({ method }, response) => {
    if (method !== "tools/call") return false;
    response.writeHead(status).end("Session not found");
    return true;
  });
  await using proxy = await serving({ one: { url: far.url } });
  const client = await bareClient(proxy);
  const error = { message: expect.stringMatching(why) };
  expect(await client.ask(toolCall(1, "any"))).toMatchObject([{ id: 1, error }]);
  expect(proxy.mcpCalls.at(-1)).toMatchObject({ state: "failed", tool: "any" });
  expect(await usage(proxy)).toMatchObject({ mcp_fault: error.message });
});

test("a call that is too large for a server elsewhere was a fault", async () => {
  using far = await farMcpServer(({ id }, response) => {
    if (id === 1) response.writeHead(413).end("too much");
    return id === 1;
  });
  await using proxy = await serving({ one: { url: far.url } });
  const client = await bareClient(proxy);
  const error = { message: expect.stringMatching(/too much/) };
  expect(await client.ask(toolCall(1, "any"))).toMatchObject([{ id: 1, error }]);
  expect(await client.ask(toolCall(2, "any"))).toMatchObject([{ id: 2, result: {} }]);
  expect(proxy.mcpCalls.slice(1)).toMatchObject([{ state: "error" }, { state: "ok" }]);
  expect(await usage(proxy)).toMatchObject({ mcp_fault: null });
});
