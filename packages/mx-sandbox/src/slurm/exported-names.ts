import type { Settings } from "../settings.ts";
import type { SlurmSettings } from "./slurm-settings.ts";

/** What leads to a model API through a site's proxy, and to what mx keeps. */
const always = [
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "http_proxy",
  "https_proxy",
  "no_proxy",
  "NODE_EXTRA_CA_CERTS",
  "MX_AGENTS",
  "MX_DEBUG",
  "MX_HOME",
  "MX_SANDBOX_UID_BASE",
  "XDG_DATA_HOME",
];

/** Names of the variables that elements get: the API's key, those of MCP configurations, and those that were named. */
export function exportedNames({ api, arms }: Settings, { exports }: SlurmSettings): string[] {
  const ofServers = arms.flatMap(({ equipment: { mcp } }) => [
    ...Object.keys(mcp?.variables ?? {}),
    ...(mcp?.hostVariables ?? []),
  ]);
  const key = api === null ? [] : [api.keyEnv];
  return [...new Set([...always, ...key, ...ofServers, ...exports])];
}
