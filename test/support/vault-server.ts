/** A program for Node: an MCP server of one tool, `open`, which answers with what this expression comes to there. */
export const vaultServer = (word: string) => `
import { createInterface } from "node:readline";
const answer = (id, result) => console.log(JSON.stringify({ jsonrpc: "2.0", id, result }));
for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  const serverInfo = { name: "vault", version: "1" };
  if (method === "initialize")
    answer(id, { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo });
  if (method === "tools/list")
    answer(id, { tools: [{ name: "open", description: "the word", inputSchema: { type: "object" } }] });
  if (method === "tools/call") answer(id, { content: [{ type: "text", text: ${word} }] });
  if (method === "ping") answer(id, {});
}
`;
