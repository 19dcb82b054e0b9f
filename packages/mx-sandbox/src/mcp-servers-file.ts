/** Servers in the form of a file that most clients read. */
export function mcpServersFile(mcpServers: unknown): Buffer {
  return Buffer.from(`${JSON.stringify({ mcpServers }, null, 2)}\n`);
}
