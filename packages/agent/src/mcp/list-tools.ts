import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { ListToolsResultSchema, type Tool as McpTool } from "@modelcontextprotocol/sdk/types.js";

const maxPages = 100;
const maxChars = 1024 * 1024;

/** All tools of a server. Throws where there are none, or more than anybody could mean: 100 pages, 1 MiB of JSON. */
export async function listTools(client: Client, timeout: number): Promise<McpTool[]> {
  const tools: McpTool[] = [];
  let chars = 0;
  let cursor: string | undefined;
  for (let page = 0; page === 0 || cursor !== undefined; page += 1) {
    if (page === maxPages) throw new Error(`its list of tools has over ${maxPages} pages`);
    const params = cursor === undefined ? {} : { cursor };
    const request = { method: "tools/list" as const, params };
    const list = await client.request(request, ListToolsResultSchema, { timeout });
    chars += JSON.stringify(list.tools).length;
    if (chars > maxChars) throw new Error(`its list of tools is over ${maxChars} characters`);
    tools.push(...list.tools);
    cursor = list.nextCursor;
  }
  if (tools.length === 0) throw new Error("it offers no tools");
  return tools;
}
