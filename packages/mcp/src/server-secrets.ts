import type { McpServerConfig } from "./mcp-config.ts";
import { isLikeSecret } from "./secret-names.ts";

/** What of a server's configuration, its variables put in, must not be shown. */
export function serverSecrets(server: McpServerConfig): string[] {
  if (server.type === "stdio") return named(Object.entries(server.env));
  const { password, searchParams } = new URL(server.url);
  // "Bearer KEY": servers quote the key alone.
  const headers = Object.values(server.headers).flatMap((value) => [value, ...value.split(/\s+/)]);
  return [...headers, decodeURIComponent(password), ...named([...searchParams])];
}

function named(values: [name: string, value: string][]): string[] {
  return values.filter(([name]) => isLikeSecret(name)).map(([, value]) => value);
}
