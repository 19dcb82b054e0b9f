import type { McpGateway } from "./mcp-gateway.ts";

/**
 * The MCP servers of a configuration, none of which runs yet, and what of it must be masked. Without a file there are
 * none, and nothing of them is loaded.
 */
export async function openMcp(
  path: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<{ gateway: McpGateway | null; secrets: string[] }> {
  if (path === undefined) return { gateway: null, secrets: [] };
  const [{ readMcpServers }, { McpGateway: Gateway }] = await Promise.all([
    import("./mcp-servers.ts"),
    import("./mcp-gateway.ts"),
  ]);
  const { servers, secrets } = readMcpServers(path, env);
  return { gateway: new Gateway(servers), secrets };
}
