import * as z from "zod";

const text = z.string().refine((value) => !value.includes("\0"), "must not have a NUL byte");
const texts = z.record(text, text).default({});
const common = { disabled: z.boolean().default(false) };

const Stdio = z.object({
  ...common,
  type: z.literal("stdio").default("stdio"),
  command: text.min(1),
  args: z.array(text).default([]),
  env: texts,
  cwd: text.min(1).optional(),
});

const Remote = z.object({
  ...common,
  // Without a type, what the server speaks is found out.
  type: z
    .enum(["http", "streamable-http", "streamableHttp", "sse"])
    .transform((type) => (type === "sse" ? "sse" : "http"))
    .optional(),
  url: text.min(1),
  headers: texts,
});

const Server = z.union([Stdio, Remote]);
const Servers = z
  .record(z.string().min(1).max(200), Server)
  .refine((servers) => Object.keys(servers).length > 0, "names no server")
  .refine((servers) => Object.keys(servers).length <= 100, "names over 100 servers");

/** An MCP server to start, or to connect to. */
export type McpServerConfig = z.infer<typeof Server>;

/**
 * Reads a configuration: an object of servers by name, alone or as the `mcpServers` (Claude Code, Cursor) or
 * `servers` (VS Code) of a larger one. Throws an error whose message says which part is wrong. Servers that are
 * disabled are left out.
 */
export function parseMcpConfig(content: string): Map<string, McpServerConfig> {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    throw new Error(`not JSON: ${(error as Error).message}`, { cause: error });
  }
  const parsed = Servers.safeParse(inner(value));
  if (!parsed.success) throw new Error(reason(parsed.error.issues[0]!));
  const servers = Object.entries(parsed.data).filter(([, server]) => !server.disabled);
  if (servers.length === 0) throw new Error("all its servers are disabled");
  return new Map(servers);
}

function inner(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const { mcpServers, servers } = value as Record<string, unknown>;
  if (mcpServers !== undefined) return mcpServers;
  // A server may itself be named "servers".
  const isServer =
    typeof servers === "object" && servers !== null && ("command" in servers || "url" in servers);
  return servers === undefined || isServer ? value : servers;
}

function reason(issue: z.core.$ZodIssue): string {
  const where = issue.path.join(".") || "top level";
  if (issue.code !== "invalid_union") return `${where}: ${issue.message}`;
  // Both forms were tried; the one that got further says what is missing.
  const issues = issue.errors
    .map((errors) => errors[0]!)
    .filter((one) => one.path[0] !== "command");
  const [best] = issues.filter((one) => one.path[0] !== "url");
  if (best === undefined) return `${where}: needs a command (stdio) or a url (http, sse)`;
  return `${where}.${best.path.join(".")}: ${best.message}`;
}
