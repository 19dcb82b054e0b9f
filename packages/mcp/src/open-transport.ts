import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { resolve } from "node:path";
import type { ProcessGroups } from "@mx/cli/process-groups";
import { mcpFetch } from "./mcp-fetch.ts";
import type { McpServerConfig } from "./mcp-config.ts";
import { StdioTransport } from "./stdio-transport.ts";

/** What a connection to a server needs besides its configuration. */
export interface TransportContext {
  cwd: string;
  env: NodeJS.ProcessEnv;
  groups: ProcessGroups;
  /** told when a connection broke that a call may be waiting on */
  broken: (reason: string) => void;
}

/** A way to a server, not started yet. Each library of a way is loaded where that way is taken. */
export async function openTransport(
  config: McpServerConfig,
  { cwd, env, groups, broken }: TransportContext,
): Promise<Transport> {
  if (config.type === "stdio") {
    const command = {
      command: config.command,
      args: config.args,
      cwd: resolve(cwd, config.cwd ?? "."),
      env: { ...env, ...config.env },
    };
    return new StdioTransport(command, groups);
  }
  const url = new URL(config.url);
  const options = { requestInit: { headers: config.headers } };
  if (config.type === "sse") {
    const { SSEClientTransport } = await import("@modelcontextprotocol/sdk/client/sse.js");
    const fetch = mcpFetch((method, error) => {
      // Everything comes through the one stream that was opened first.
      if (method === "GET")
        broken(`the connection ended${error === null ? "" : `: ${error.message}`}`);
    });
    return new SSEClientTransport(url, { ...options, fetch });
  }
  const { StreamableHTTPClientTransport } =
    await import("@modelcontextprotocol/sdk/client/streamableHttp.js");
  const fetch = mcpFetch((method, error) => {
    if (method === "POST" && error !== null) broken(`the connection broke: ${error.message}`);
  });
  // The library's types have optional members that may be undefined, which those of its own interface must not.
  return new StreamableHTTPClientTransport(url, { ...options, fetch }) as Transport;
}
