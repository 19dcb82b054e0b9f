import { build } from "esbuild";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The MCP server of `mcp-server.ts` as a file that node runs. */
export async function bundledMcpServer() {
  const folder = await mkdtemp(join(tmpdir(), "mx-agent-mcp-"));
  const file = join(folder, "server.mjs");
  await build({
    entryPoints: [join(import.meta.dirname, "mcp-server.ts")],
    outfile: file,
    bundle: true,
    platform: "node",
    target: "node20.19",
    format: "esm",
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  });
  return { file, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/** Starts that server for connections from elsewhere. */
export async function remoteMcpServer(file: string, kind: "http" | "sse") {
  const child = spawn(process.execPath, [file, kind], { stdio: ["ignore", "pipe", "ignore"] });
  const [port] = (await once(child.stdout, "data")) as [Buffer];
  return {
    child,
    url: `http://127.0.0.1:${port.toString().trim()}/`,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}
