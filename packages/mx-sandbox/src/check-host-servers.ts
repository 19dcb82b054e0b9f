import { expandVariables, serverDigest, type McpServerConfig } from "@mx/mcp";
import type { ProxyStatus } from "./proxy-client.ts";
import { usageError } from "./usage-error.ts";

type Servers = ReadonlyMap<string, McpServerConfig>;

/** Throws MxError 2 where the mx-proxy that is there already was not given the servers of a run. */
export function checkHostServers(
  { mcp, apiUrl }: { mcp: Servers; apiUrl: string },
  known: ProxyStatus["mcp"],
): void {
  const digests = new Map(known.map(({ name, digest }) => [name, digest]));
  for (const [name, config] of mcp) {
    const digest = digests.get(name);
    if (digest === serverDigest(config)) continue;
    const why = digest === undefined ? "has no such MCP server" : "has another server of that name";
    throw usageError(
      `--mcp-host ${name}: the mx-proxy at ${apiUrl} ${why}`,
      "start that mx-proxy with --mcp-config and the same file",
    );
  }
}

/** Throws MxError 2 for what the run's own mx-proxy could not fill in, in a file that nobody has given. */
export function checkHostVariables({ mcp, env }: { mcp: Servers; env: NodeJS.ProcessEnv }): void {
  for (const [name, config] of mcp) {
    try {
      expandVariables(JSON.stringify(config), env, null);
    } catch (error) {
      throw usageError(
        `--mcp-host ${name}: ${(error as Error).message}`,
        "the server runs beside mx-sandbox: give it what is there",
      );
    }
  }
}
