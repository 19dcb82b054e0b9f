import type { McpServerConfig } from "@mx/mcp";
import type { Adapter } from "./adapter.ts";

type Form = Exclude<NonNullable<Adapter["mcp"]>, "as_given">;
type Servers = ReadonlyMap<string, McpServerConfig>;

/** MCP servers in the words of one agent: a value for JSON, or text for TOML. */
export function mcpForm(form: Form, servers: Servers): unknown {
  if (form === "codex")
    return [...servers].map(([name, server]) => codexTable(name, server)).join("\n");
  const write = { mcp_servers: claude, gemini, opencode }[form];
  return Object.fromEntries([...servers].map(([name, server]) => [name, write(server)]));
}

/** Claude Code, and what most others read. */
function claude(server: McpServerConfig): object {
  if ("url" in server) {
    return { type: server.type ?? "http", url: server.url, headers: server.headers };
  }
  return { type: "stdio", ...started(server), env: server.env };
}

/** Gemini CLI tells its two kinds of remote servers apart by the name of the URL. */
function gemini(server: McpServerConfig): object {
  if (!("url" in server)) return { ...started(server), env: server.env, trust: true };
  const { url, headers, type } = server;
  return { ...(type === "sse" ? { url } : { httpUrl: url }), headers, trust: true };
}

function opencode(server: McpServerConfig): object {
  if ("url" in server) {
    return { type: "remote", url: server.url, headers: server.headers, enabled: true };
  }
  const { command, args } = started(server);
  return { type: "local", command: [command, ...args], environment: server.env, enabled: true };
}

/** Codex gives a server a second, and goes on without it, unless it is told to wait and to fail. */
const awaited = ["required = true", "startup_timeout_sec = 60"];

function codexTable(name: string, server: McpServerConfig): string {
  const table = (pairs: Record<string, string>) =>
    `{ ${Object.entries(pairs)
      .map(([key, value]) => `${JSON.stringify(key)} = ${JSON.stringify(value)}`)
      .join(", ")} }`;
  const lines =
    "url" in server
      ? [`url = ${JSON.stringify(server.url)}`, `http_headers = ${table(server.headers)}`]
      : [
          `command = ${JSON.stringify(started(server).command)}`,
          `args = ${JSON.stringify(started(server).args)}`,
          `env = ${table(server.env)}`,
        ];
  return [`[mcp_servers.${JSON.stringify(name)}]`, ...lines, ...awaited, ""].join("\n");
}

/** How a server is started. Not every client knows a folder to start it in; a shell does. */
function started(server: Extract<McpServerConfig, { command: string }>): {
  command: string;
  args: string[];
} {
  const { command, args, cwd } = server;
  if (cwd === undefined) return { command, args };
  return { command: "sh", args: ["-c", 'cd "$0" && exec "$@"', cwd, command, ...args] };
}
