import { readMcpConfig, serverDigest, type McpServerConfig } from "@mx/mcp";

/** An MCP server behind the proxy, its variables put in. */
export interface HostServer {
  name: string;
  config: McpServerConfig;
  /** What its configuration says, variables not put in. */
  digest: string;
}

/** Reads the file of --mcp-config, with what of it must be masked. Throws MxError 2 for what is wrong with it. */
export function readMcpServers(
  path: string,
  env: NodeJS.ProcessEnv,
): { servers: Map<string, HostServer>; secrets: string[] } {
  const { servers: filled, written, secrets } = readMcpConfig(path, env, null);
  const servers = new Map<string, HostServer>();
  for (const [name, server] of written) {
    const config = filled.get(name) ?? server;
    servers.set(name, { name, config, digest: serverDigest(server) });
  }
  return { servers, secrets };
}
