import { ExitCode, MxError } from "@mx/cli";
import { openRegularFile } from "../tools/open-regular-file.ts";
import { expandVariables } from "./expand-variables.ts";
import { parseMcpConfig, type McpServerConfig } from "./mcp-config.ts";

const configBytes = 1024 * 1024;
/** A shorter value is too likely to be a part of something else. */
const secretChars = 8;

/** A configuration with its variables put in. */
export interface McpSetup {
  servers: Map<string, McpServerConfig>;
  /** values that must not be shown: headers, and variables that are named like secrets */
  secrets: string[];
}

/** Reads the file of `--mcp-config`. What is wrong with it is a usage error. */
export async function readMcpConfig(
  path: string,
  env: NodeJS.ProcessEnv,
  cwd: string,
): Promise<McpSetup> {
  const secrets: string[] = [];
  const keep = (value: string) => {
    if (value.length >= secretChars) secrets.push(value);
  };
  const text = (value: string) =>
    expandVariables(value, env, cwd, (name, found) => {
      if (/key|token|secret|passw|auth|credential/i.test(name)) keep(found);
    });
  const texts = (values: Record<string, string>) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, text(value)]));
  try {
    const servers = new Map<string, McpServerConfig>();
    for (const [name, server] of parseMcpConfig(await readConfig(path))) {
      if (server.type === "stdio") {
        servers.set(name, {
          ...server,
          command: text(server.command),
          args: server.args.map(text),
          env: texts(server.env),
          cwd: server.cwd && text(server.cwd),
        });
      } else {
        const url = text(server.url);
        if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
          throw new Error(`${name}.url is no http(s) URL`);
        }
        const headers = texts(server.headers);
        for (const value of Object.values(headers)) keep(value);
        servers.set(name, { ...server, url, headers });
      }
    }
    return { servers, secrets };
  } catch (error) {
    throw new MxError(`--mcp-config ${path}: ${(error as Error).message}`, {
      code: "usage",
      exitCode: ExitCode.usage,
      hint: 'an example: {"files": {"command": "mcp-server-files", "args": ["."]}}',
    });
  }
}

async function readConfig(path: string): Promise<string> {
  const { file, stats } = await openRegularFile(path, "read");
  try {
    if (stats.size > configBytes) throw new Error(`it is over ${configBytes} bytes`);
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}
