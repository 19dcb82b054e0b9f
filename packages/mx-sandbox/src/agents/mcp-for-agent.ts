import { mcpForm, type LoadedAdapter } from "@mx/agent/adapters";
import type { SandboxPaths } from "@mx/backends";
import { expandVariables } from "@mx/mcp";
import type { McpSetup } from "../read-mcp-setup.ts";

/**
 * The MCP servers of an arm in the words of its agent: an object for JSON, text for TOML. Variables are put in, as not
 * every agent does that. Null: there are none, or the agent reads the file as it was given.
 */
export function mcpForAgent(
  { adapter }: LoadedAdapter,
  setup: Pick<McpSetup, "servers"> | null,
  paths: Pick<SandboxPaths, "workspace" | "home">,
  env: Record<string, string>,
): unknown {
  if (setup === null || adapter.mcp === null || adapter.mcp === "as_given") return null;
  const known = { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: paths.home, LANG: "C.UTF-8", ...env };
  const expand = (value: unknown): unknown => {
    if (typeof value === "string") return expandVariables(value, known, paths.workspace);
    if (Array.isArray(value)) return value.map(expand);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, expand(item)]));
  };
  const expanded = new Map(
    [...setup.servers].map(([name, server]) => [name, expand(server) as typeof server]),
  );
  return mcpForm(adapter.mcp, expanded);
}
