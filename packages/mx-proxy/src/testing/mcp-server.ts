import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** An MCP server that is a process of Node's, whose tools do what tests are about. */
const program = `
import { createInterface } from "node:readline";
const say = (message) => process.stdout.write(JSON.stringify({ jsonrpc: "2.0", ...message }) + "\\n");
const text = (text, isError = false) => ({ content: [{ type: "text", text }], isError });
let calls = 0;
const asked = new Map();
const heard = [];
const tools = {
  count: () => text(String(++calls)),
  env: () => text(JSON.stringify(process.env)),
  echo: ({ said }) => text(said),
  big: ({ bytes }) => text("x".repeat(bytes)),
  fails: () => text("the tool failed", true),
  crash: () => { console.error("out of cheese"); process.exit(3); },
  silent: () => undefined,
  asks: (_, id) => { asked.set("q-" + id, id); say({ id: "q-" + id, method: "roots/list" }); },
  asksLater: () => {
    setTimeout(() => { asked.set("later", null); say({ id: "later", method: "roots/list" }); }, 20);
    return text("soon");
  },
  heard: () => text(JSON.stringify(heard)),
  notes: ({ count, bytes }) => {
    const params = { level: "info", data: "n".repeat(bytes) };
    for (let n = 0; n < count; n += 1) say({ method: "notifications/message", params });
    return text("noted");
  },
  deep: ({ levels }, id) => {
    process.stdout.write('{"jsonrpc":"2.0","id":' + id + ',"result":{"x":' + "[".repeat(levels) + "]".repeat(levels) + "}}\\n");
  },
  deaf: () => {
    setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0), 20);
    return text("deaf from now on");
  },
  tells: (_, id, meta) => {
    say({ method: "notifications/progress", params: { progressToken: meta.progressToken, progress: 1 } });
    return text("told");
  },
};
if (process.argv[2] === "broken") { console.error("no " + process.env.WHAT); process.exit(4); }
if (process.argv[2] === "stubborn") {
  process.on("SIGTERM", () => {});
  setInterval(() => {}, 1e6);
}
if (process.argv[2] === "child") {
  const { spawn } = await import("node:child_process");
  spawn("sleep", ["613"], { stdio: "ignore" });
}
for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params, result, error } = JSON.parse(line);
  if (process.argv[2] === "mute") continue;
  if (id === undefined || method === undefined) heard.push(method ?? { id, result, error });
  if (asked.get(id) === null) continue;
  if (asked.has(id)) say({ id: asked.get(id), result: text(JSON.stringify(result ?? error)) });
  else if (method === "initialize" && process.argv[2] === "refuses")
    say({ id, error: { code: -32603, message: "not today" } });
  else if (method === "initialize")
    say({ id, result: { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "test", version: "1" } } });
  else if (method === "tools/list")
    say({ id, result: { tools: Object.keys(tools).map((name) => ({ name, inputSchema: { type: "object" } })) } });
  else if (method === "tools/call") {
    const answer = tools[params.name]?.(params.arguments ?? {}, id, params._meta);
    if (answer !== undefined) say({ id, result: answer });
    else if (!(params.name in tools)) say({ id, error: { code: -32602, message: "no such tool" } });
  } else if (method === "ping") say({ id, result: {} });
}
`;

/** The server's program and a configuration with it in a folder of their own, which goes when it is disposed of. */
export function mcpServer(servers: Record<string, { args?: string[]; [name: string]: unknown }>) {
  const folder = mkdtempSync(join(tmpdir(), "mx-proxy-mcp-"));
  const path = join(folder, "server.mjs");
  writeFileSync(path, program);
  const config = join(folder, "mcp.json");
  const mcpServers = Object.fromEntries(
    Object.entries(servers).map(([name, { args = [], ...server }]) => [
      name,
      "url" in server ? server : { command: "node", ...server, args: [path, ...args] },
    ]),
  );
  writeFileSync(config, JSON.stringify({ mcpServers }));
  return { config, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}
