import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { initialize } from "./mcp-proxy.ts";

/** What a server elsewhere is told. */
export interface FarMessage {
  id?: number;
  method?: string;
}

/** Deals with a message in a way of its own; true: the message is answered. */
type Deal = (message: FarMessage, response: ServerResponse) => Promise<boolean> | boolean;

/** What it answers, as JSON: an empty result, but to `initialize`. */
export function farAnswer({ id, method }: FarMessage): string {
  const { protocolVersion, clientInfo: serverInfo } = initialize.params;
  const begun = { protocolVersion, capabilities: {}, serverInfo };
  return JSON.stringify({ jsonrpc: "2.0", id, result: method === "initialize" ? begun : {} });
}

/** An MCP server over HTTP without streams. `deal` sees each request first; one without a body is a message without anything. */
export async function farMcpServer(deal: Deal) {
  const server = createServer((request, response) => {
    void (async () => {
      const body = (await request.toArray()).join("");
      const message = JSON.parse(body === "" ? "{}" : body) as FarMessage;
      if (await deal(message, response)) return;
      if (request.method !== "POST") response.writeHead(405).end();
      else if (message.id === undefined) response.writeHead(202).end();
      else response.writeHead(200, { "content-type": "application/json" }).end(farAnswer(message));
    })();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.dispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}
