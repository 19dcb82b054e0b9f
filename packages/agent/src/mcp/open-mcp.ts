import type { McpConfig } from "@mx/mcp";
import type { McpLimits, McpServer, ServerContext } from "./mcp-server.ts";
import { mcpTools, type McpTool } from "./mcp-tools.ts";

const instructionsChars = 2000;

/** MCP servers that are ready. */
export interface McpSession extends AsyncDisposable {
  tools: McpTool[];
  /** what the servers want their user to know; empty where none says anything */
  prompt: string;
  /** what of it belongs in a trajectory */
  about: Record<string, unknown>[];
  /** throws an `AgentFault` where a server is not there any more */
  check(): void;
}

/** Starts or connects to all servers, at the same time. The first that fails is an `AgentFault`. */
export async function openMcp(
  { servers: configs }: McpConfig,
  limits: McpLimits,
  context: ServerContext,
): Promise<McpSession> {
  const { McpServer } = await import("./mcp-server.ts");
  const opened = await Promise.allSettled(
    [...configs].map(([name, config]) => McpServer.open(name, config, limits, context)),
  );
  const servers = opened.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const close = async () => {
    await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
  };
  try {
    for (const one of opened) if (one.status === "rejected") throw one.reason;
    return { ...session(servers), [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

function session(servers: readonly McpServer[]): Omit<McpSession, typeof Symbol.asyncDispose> {
  const tools = mcpTools(servers);
  return {
    tools,
    prompt: servers
      .filter(({ instructions }) => instructions !== null)
      .map(
        ({ name, instructions }) =>
          `The MCP server ${name} says:\n${instructions!.slice(0, instructionsChars)}`,
      )
      .join("\n\n"),
    about: servers.map(({ name, version }) => ({
      name,
      ...(version !== undefined && { version: `${version.name} ${version.version}`.slice(0, 200) }),
      tools: Object.fromEntries(
        tools.filter(({ server }) => server === name).map((tool) => [tool.name, tool.original]),
      ),
    })),
    check: () => {
      for (const server of servers) server.check();
    },
  };
}
