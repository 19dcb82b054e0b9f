import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { toolContext } from "../testing/tool-context.ts";
import type { McpServerConfig } from "@mx/mcp";
import { McpServer } from "./mcp-server.ts";
import { mcpTools } from "./mcp-tools.ts";

type Request = { id?: number; method: string; params: Record<string, unknown> };
type Handle = (message: Request, response: ServerResponse) => unknown;

/** A server over http that answers as a test wants, and properly where the test has nothing to say. */
async function httpServer(handle: Handle) {
  const result = (response: ServerResponse, id: number, value: unknown) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ jsonrpc: "2.0", id, result: value }));
  };
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    if (request.method !== "POST") return response.writeHead(405).end();
    const message = JSON.parse(await text(request)) as Request;
    if (handle(message, response) !== undefined) return undefined;
    if (message.id === undefined) return response.writeHead(202).end();
    if (message.method === "tools/list") {
      return result(response, message.id, {
        tools: [{ name: "t", inputSchema: { type: "object" } }],
      });
    }
    if (message.method === "ping") return result(response, message.id, {});
    const { protocolVersion } = message.params;
    const serverInfo = { name: "s", version: "1" };
    return result(response, message.id, {
      protocolVersion,
      capabilities: { tools: {} },
      serverInfo,
    });
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const config: McpServerConfig = {
    disabled: false,
    type: "http",
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    headers: {},
  };
  return {
    config,
    result,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Opens the server and calls its tool: what that gives, or what is wrong. */
async function callOnce(handle: Handle, limits = { startMs: 5000, callMs: 2000 }): Promise<string> {
  await using server = await httpServer(handle);
  await using context = await toolContext();
  try {
    await using mcp = await McpServer.open("s", server.config, limits, context);
    const [tool] = mcpTools([mcp]);
    return (await tool!.call({}, context)).text;
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

/** Sends the same bytes until nobody reads them any more. */
function flood(response: ServerResponse, type: string, start: string): true {
  response.writeHead(200, { "content-type": type });
  response.write(start);
  const chunk = "x".repeat(256 * 1024);
  const more = () => {
    while (!response.destroyed && response.write(chunk));
    if (!response.destroyed) response.once("drain", more);
  };
  more();
  return true;
}

const calling =
  (method: string, answer: Handle): Handle =>
  (message, response) =>
    message.method === method ? answer(message, response) : undefined;

test.for(["application/json", "text/event-stream"])(
  "an endless answer of %s ends the run",
  async (type) => {
    const before = process.memoryUsage().rss;
    const said = await callOnce(
      calling("tools/call", (_, response) => flood(response, type, "data: ")),
    );
    expect(said).toMatch(/^AgentFault: MCP server "s": .*over 33554432 bytes/);
    expect(process.memoryUsage().rss - before).toBeLessThan(500_000_000);
  },
);

test("an endless list of tools, and a huge one", async () => {
  const list = (value: (page: number) => object): Handle => {
    let page = 0;
    return calling("tools/list", ({ id }, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      return response.end(JSON.stringify({ jsonrpc: "2.0", id, result: value((page += 1)) }));
    });
  };
  const tool = { name: "t", inputSchema: { type: "object" } };
  expect(await callOnce(list((page) => ({ tools: [tool], nextCursor: `${page}` })))).toMatch(
    /over 100 pages/,
  );
  expect(
    await callOnce(list(() => ({ tools: [{ ...tool, description: "x".repeat(2_000_000) }] }))),
  ).toMatch(/over 1048576 characters/);
  expect(await callOnce(list(() => ({ tools: [] })))).toMatch(/it offers no tools/);
  expect(await callOnce(list(() => ({ tools: [tool, tool] })))).toMatch(/it has two tools "t"/);
});

test("no answer, and none to a ping, is a server that is gone; with one, it is a slow call", async () => {
  const silent =
    (...methods: string[]): Handle =>
    ({ method }) =>
      methods.includes(method) ? true : undefined;
  expect(await callOnce(silent("tools/call"))).toMatch(/^ToolError: no answer after 2000 ms/);
  expect(await callOnce(silent("tools/call", "ping"))).toMatch(/^AgentFault: .*none to a ping/);
});

test("an error of the protocol is for the model; an answer that is none, or HTTP 500, ends the run", async () => {
  const json = (body: (id: unknown) => unknown, status = 200): Handle =>
    calling("tools/call", ({ id }, response) => {
      response.writeHead(status, { "content-type": "application/json" });
      return response.end(JSON.stringify(body(id)));
    });
  const refusal = { code: -32602, message: "no such row" };
  expect(await callOnce(json((id) => ({ jsonrpc: "2.0", id, error: refusal })))).toMatch(
    /^ToolError: .*no such row/,
  );
  expect(await callOnce(json((id) => ({ jsonrpc: "2.0", id, result: { content: 7 } })))).toMatch(
    /^AgentFault/,
  );
  expect(await callOnce(json(() => "what?", 500))).toMatch(/^AgentFault: .*what\?/s);
});

test("structured content alone is shown, and nothing is said of nothing", async () => {
  const gives = (result: object): Handle =>
    calling("tools/call", ({ id }, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      return response.end(JSON.stringify({ jsonrpc: "2.0", id, result }));
    });
  expect(await callOnce(gives({ content: [], structuredContent: { rows: 3 } }))).toBe('{"rows":3}');
  expect(await callOnce(gives({ content: [] }))).toBe("[the result is empty]");
});
