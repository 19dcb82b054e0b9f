import type { JSONRPCMessage, RequestId } from "@modelcontextprotocol/sdk/types.js";
import type { ServerResponse } from "node:http";

/** A request, as far as it matters here. The library has looked at its form. */
export interface RpcRequest {
  id: RequestId;
  method: string;
  params?: { [name: string]: unknown } | undefined;
}

/** The answer to a request. */
export interface RpcAnswer {
  id: RequestId;
  result?: { [name: string]: unknown };
  error?: { message: string };
}

/** Codes below -32000 are an implementation's own. */
const serverError = -32_000;

export function isRequest(message: JSONRPCMessage): message is JSONRPCMessage & RpcRequest {
  return "method" in message && "id" in message;
}

export function isAnswer(message: JSONRPCMessage): message is JSONRPCMessage & RpcAnswer {
  return !("method" in message);
}

/** The answer to a request that has none of its server's. */
export function errorAnswer(id: RequestId, message: string): JSONRPCMessage & RpcAnswer {
  return { jsonrpc: "2.0", id, error: { code: serverError, message } };
}

/** Refuses an HTTP request to /mcp. Clients show the message. */
export function refuse(response: ServerResponse, status: number, message: string): void {
  const error = { code: serverError, message };
  response.writeHead(status, {
    "content-type": "application/json",
    ...(status === 401 ? { "www-authenticate": "Bearer" } : {}),
    ...(status === 405 ? { allow: "GET, POST, DELETE" } : {}),
    // The rest of a body that nobody reads is not worth waiting for.
    ...(response.req.complete ? {} : { connection: "close" }),
  });
  response.end(JSON.stringify({ jsonrpc: "2.0", error, id: null }));
}
