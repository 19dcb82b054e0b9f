import type { McpServerConfig } from "./mcp-config.ts";

/** What servers of before streamable HTTP answer to it. */
const oldStatuses = new Set<unknown>([400, 404, 405]);

/**
 * The configuration of a server that speaks the older way, SSE, as an error shows, and of which nobody has said so; null:
 * it is none. As the protocol has it, an old server knows nothing of what was posted to it.
 */
export function olderWay(config: McpServerConfig, error: unknown): McpServerConfig | null {
  const isOld = oldStatuses.has((error as { code?: unknown }).code);
  return config.type === undefined && isOld ? { ...config, type: "sse" } : null;
}

/** What an error of a transport says, in one paragraph. */
export function transportReason(error: unknown): string {
  const { message, cause } = error as Error;
  const inner = cause instanceof Error ? `: ${cause.message}` : "";
  return `${message}${inner}`.slice(0, 1000);
}
