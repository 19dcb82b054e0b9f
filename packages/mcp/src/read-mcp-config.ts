import { ExitCode, MxError } from "@mx/cli";
import { expandVariables } from "./expand-variables.ts";
import { parseMcpConfig, type McpServerConfig } from "./mcp-config.ts";
import { readMcpFile } from "./read-mcp-file.ts";
import { isLikeSecret, secretChars } from "./secret-names.ts";
import { serverSecrets } from "./server-secrets.ts";

/** A configuration with its variables put in. */
export interface McpConfig {
  servers: Map<string, McpServerConfig>;
  /** the servers as the file has them, variables not put in */
  written: ReadonlyMap<string, McpServerConfig>;
  /** values that must not be shown: headers, and what is named like a secret */
  secrets: string[];
}

/**
 * Reads the file of `--mcp-config`. `workspace`: the folder that servers work in; null: they have none. What is wrong
 * with the file is a usage error.
 */
export function readMcpConfig(
  path: string,
  env: NodeJS.ProcessEnv,
  workspace: string | null,
): McpConfig {
  const secrets: string[] = [];
  const keep = (value: string) => {
    if (value.length >= secretChars) secrets.push(value);
  };
  const text = (value: string) =>
    expandVariables(value, env, workspace, (name, found) => {
      if (isLikeSecret(name)) keep(found);
    });
  try {
    const servers = new Map<string, McpServerConfig>();
    const written = parseMcpConfig(readMcpFile(path).toString("utf8"));
    for (const [name, server] of written) {
      const filled = withTexts(name, server, text);
      servers.set(name, filled);
      for (const value of serverSecrets(filled)) keep(value);
    }
    return { servers, written, secrets };
  } catch (error) {
    throw new MxError(`--mcp-config ${path}: ${(error as Error).message}`, {
      code: "usage",
      exitCode: ExitCode.usage,
      hint: 'an example: {"files": {"command": "mcp-server-files", "args": ["."]}}',
    });
  }
}

function withTexts(
  name: string,
  server: McpServerConfig,
  text: (value: string) => string,
): McpServerConfig {
  const texts = (values: Record<string, string>) =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, text(value)]));
  if (server.type === "stdio") {
    return {
      ...server,
      command: text(server.command),
      args: server.args.map(text),
      env: texts(server.env),
      cwd: server.cwd && text(server.cwd),
    };
  }
  const url = text(server.url);
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new Error(`${name}.url is no http(s) URL`);
  }
  return { ...server, url, headers: texts(server.headers) };
}
