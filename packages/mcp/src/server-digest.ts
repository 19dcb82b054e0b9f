import { canonicalJson, sha256 } from "@mx/records";
import type { McpServerConfig } from "./mcp-config.ts";

/** SHA-256, hex, of what a configuration says of a server, variables not put in: the same digest, the same server. */
export function serverDigest(config: McpServerConfig): string {
  return sha256(canonicalJson(config));
}
