import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { SSEServerTransport } from "@modelcontextprotocol/sdk/server/sse.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";

/* An MCP server for tests, as a process of its own: over stdio, or over http or sse on a port that it prints. */

const dot =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const text = (said: string) => ({ content: [{ type: "text" as const, text: said }] });

function server(): McpServer {
  const mcp = new McpServer({ name: "test", version: "3" }, { instructions: "Ask me for echoes." });
  const say = { description: "Says it again.", inputSchema: { text: z.string() } };
  const read = { ...say, annotations: { readOnlyHint: true } };
  mcp.registerTool("echo", read, ({ text: said }) => text(`echo: ${said}`));
  mcp.registerTool("big", {}, () => text(`${"line\n".repeat(60_000)}the end`));
  mcp.registerTool("fail", {}, () => ({ ...text("no such row"), isError: true }));
  mcp.registerTool("slow", {}, async () => {
    await sleep(60_000);
    return text("at last");
  });
  mcp.registerTool("quit", {}, () => {
    process.stderr.write("the disk is on fire\n");
    process.kill(process.pid, "SIGKILL");
    return text("never");
  });
  mcp.registerTool("env", {}, () =>
    text(
      JSON.stringify([
        process.env["GREETING"],
        process.env["OPENAI_API_KEY"] ?? null,
        process.cwd(),
        process.pid,
      ]),
    ),
  );
  mcp.registerTool("nap", {}, () => {
    const child = spawn("sleep", ["600"], { stdio: "ignore" });
    return text(String(child.pid));
  });
  mcp.registerTool("parts", {}, () => ({
    content: [
      { type: "text" as const, text: "see:" },
      { type: "image" as const, data: dot, mimeType: "image/png" },
      { type: "resource" as const, resource: { uri: "memo://1", text: "remember" } },
      { type: "resource_link" as const, uri: "memo://2", name: "second" },
    ],
  }));
  mcp.registerTool(`an odd.name ${"x".repeat(80)}`, {}, () => text("odd"));
  return mcp;
}

async function listen(handle: (request: IncomingMessage, response: ServerResponse) => unknown) {
  const http = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  process.stdout.write(`${(http.address() as AddressInfo).port}\n`);
}

/** Answers to one key only, so that a header that is lost is noticed. */
function isAllowed(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.headers["x-key"] === "open-sesame-42") return true;
  response.writeHead(401).end("who are you?");
  return false;
}

switch (process.argv[2]) {
  case "http": {
    const sessions = new Map<string, StreamableHTTPServerTransport>();
    await listen(async (request, response) => {
      if (!isAllowed(request, response)) return;
      const id = request.headers["mcp-session-id"];
      let transport = typeof id === "string" ? sessions.get(id) : undefined;
      if (transport === undefined) {
        transport = new StreamableHTTPServerTransport({
          sessionIdGenerator: () => randomUUID(),
          onsessioninitialized: (session) => void sessions.set(session, transport!),
        });
        await server().connect(transport as Parameters<McpServer["connect"]>[0]);
      }
      await transport.handleRequest(request, response);
    });
    break;
  }
  case "sse": {
    const sessions = new Map<string, SSEServerTransport>();
    await listen(async (request, response) => {
      if (!isAllowed(request, response)) return;
      const url = new URL(request.url ?? "", "http://localhost");
      if (request.method === "GET") {
        const transport = new SSEServerTransport("/messages", response);
        sessions.set(transport.sessionId, transport);
        await server().connect(transport);
      } else if (url.pathname === "/messages") {
        await sessions
          .get(url.searchParams.get("sessionId") ?? "")
          ?.handlePostMessage(request, response);
      } else {
        response.writeHead(405).end();
      }
    });
    break;
  }
  default:
    await server().connect(new StdioServerTransport());
}
