import { execa } from "execa";
import { existsSync } from "node:fs";
import { mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cacheFolder } from "./cache-folder.ts";
import { freePort } from "./free-port.ts";

const version = "2026.8.31";
const packages = ["server-filesystem", "server-everything"].map(
  (name) => `@modelcontextprotocol/${name}@${version}`,
);
const installMs = 300_000;

/** How long a test file may wait for `mcpPackages`, in ms. */
export const mcpPackagesMs = installMs + 60_000;

/** Programs of MCP servers as they are published on npm. */
export interface McpPackages {
  /** Works on the files of the folders that it is given. */
  filesystem: string;
  /** Offers everything that the protocol knows, over what its argument names: stdio, sse, streamableHttp. */
  everything: string;
}

/** Installs the servers, once. Null where they cannot be had; stderr says why. */
export async function mcpPackages(): Promise<McpPackages | null> {
  const folder = join(cacheFolder("npm"), `mcp-servers-${version}`);
  if (!existsSync(folder)) {
    // Under a name of its own until it is whole, because others may be at it too.
    const made = await mkdtemp(`${folder}.`);
    const args = ["install", "--no-audit", "--no-fund", "--prefix", made, ...packages];
    const done = await execa("npm", args, { reject: false, timeout: installMs });
    if (done.failed) console.warn(`skipped: cannot install MCP servers: ${done.shortMessage}`);
    else await rename(made, folder).catch(() => {});
    await rm(made, { recursive: true, force: true });
  }
  if (!existsSync(folder)) return null;
  const program = (name: string) =>
    join(folder, "node_modules/@modelcontextprotocol", name, "dist/index.js");
  return {
    filesystem: program("server-filesystem"),
    everything: program("server-everything"),
  };
}

/** The server that has everything, on a port of loopback until it is disposed of. `url`: where it takes connections. */
export async function everythingServer(
  { everything }: McpPackages,
  kind: "sse" | "streamableHttp",
): Promise<AsyncDisposable & { url: string }> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const server = execa("node", [everything, kind], {
    env: { PORT: String(port) },
    reject: false,
  });
  while (!(await fetch(origin).catch(() => null))) await sleep(100);
  return {
    url: `${origin}${kind === "sse" ? "/sse" : "/mcp"}`,
    async [Symbol.asyncDispose]() {
      server.kill("SIGKILL");
      await server;
    },
  };
}
