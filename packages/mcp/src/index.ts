export { expandVariables, variableNames } from "./expand-variables.ts";
export { parseMcpConfig, type McpServerConfig } from "./mcp-config.ts";
export { readMcpConfig, type McpConfig } from "./read-mcp-config.ts";
export { readMcpFile } from "./read-mcp-file.ts";
export { serverDigest } from "./server-digest.ts";
export { isLikeSecret, secretChars } from "./secret-names.ts";
