import { AgentFault } from "../agent-fault.ts";
import type { Tool } from "../tools/tool.ts";
import { ToolError } from "../tools/tool-error.ts";
import type { McpServer } from "./mcp-server.ts";
import { resultText } from "./result-text.ts";
import { mcpToolName } from "./tool-name.ts";

/** A server's tool, as the model calls it. */
export interface McpTool extends Tool {
  server: string;
  /** as the server names it */
  original: string;
}

/** The tools of all servers. */
export function mcpTools(servers: readonly McpServer[]): McpTool[] {
  const tools = new Map<string, McpTool>();
  for (const server of servers) {
    const seen = new Set<string>();
    for (const { name: original, description = "", inputSchema, annotations } of server.tools) {
      const name = mcpToolName(server.name, original, (one) => tools.has(one));
      if (seen.has(original)) {
        const what = `MCP server ${JSON.stringify(server.name)}: it has two tools ${JSON.stringify(original)}`;
        throw new AgentFault("mcp_failed", what);
      }
      seen.add(original);
      const { $schema: _, ...schema } = inputSchema as Record<string, unknown>;
      tools.set(name, {
        name,
        server: server.name,
        original,
        description,
        // Some model servers want to see that there are none.
        parameters: { properties: {}, ...schema },
        readOnly: annotations?.readOnlyHint === true,
        async call(args, context) {
          if (typeof args !== "object" || args === null || Array.isArray(args)) {
            throw new ToolError("the arguments are no object");
          }
          const given = args as Record<string, unknown>;
          return resultText(await server.call(original, given, context.signal), context);
        },
      });
    }
  }
  return [...tools.values()];
}
