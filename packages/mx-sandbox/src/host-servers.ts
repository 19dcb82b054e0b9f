import { serverDigest, type McpServerConfig } from "@mx/mcp";
import type { Arm } from "./arm.ts";
import type { PlannedTrial } from "./plan.ts";
import { mcpServersFile } from "./mcp-servers-file.ts";
import { usageError } from "./usage-error.ts";

/** The MCP servers of all arms that are outside sandboxes, by name. Throws MxError 2 where two of one name differ. */
export function hostServers(arms: readonly Arm[]): Map<string, McpServerConfig> {
  const all = new Map<string, McpServerConfig>();
  for (const { equipment } of arms) {
    for (const [name, config] of equipment.mcp?.hosts ?? []) {
      const known = all.get(name) ?? config;
      if (serverDigest(known) !== serverDigest(config)) {
        throw usageError(
          `--mcp-host ${name}: two arms have different servers of that name`,
          "give one of them another name in its --mcp-config",
        );
      }
      all.set(name, config);
    }
  }
  return all;
}

/**
 * A trial whose agent is told, in place of its servers outside the sandbox, how it reaches them: through mx-proxy, with
 * its own key. `env`: what its agent has.
 */
export function withHostServers(planned: PlannedTrial, env: Record<string, string>): PlannedTrial {
  const { arm } = planned;
  const { mcp } = arm.equipment;
  if (mcp === null || mcp.hosts.size === 0) return planned;
  const base = `${env["OPENAI_BASE_URL"]?.replace(/\/+$/, "")}/`;
  const headers = { Authorization: `Bearer ${env["OPENAI_API_KEY"]}` };
  const servers = new Map(mcp.servers);
  for (const name of mcp.hosts.keys()) {
    const url = new URL(`../mcp/${encodeURIComponent(name)}`, base).href;
    servers.set(name, { disabled: false, type: "http", url, headers });
  }
  const bytes = mcpServersFile(Object.fromEntries(servers));
  const equipment = { ...arm.equipment, mcp: { ...mcp, servers, bytes } };
  return { ...planned, arm: { ...arm, equipment } };
}
