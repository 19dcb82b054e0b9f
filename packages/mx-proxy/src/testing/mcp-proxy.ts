import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { mintTrialKey, type TrialClaims } from "@mx/keys";
import { fakeUpstream, json } from "./fake-upstream.ts";
import { mcpServer } from "./mcp-server.ts";
import { secret, testProxy, type TestProxy } from "./test-proxy.ts";

/** Whose calls those with `trialKey` are. */
export const caller = { run_id: "r-1", key: "ab".repeat(32), task_id: "t-1", trial: 2, attempt: 1 };

/** A key of one attempt, for the server "one". */
export const trialKey = (given: Partial<TrialClaims> = {}, ttlMs = 60_000) =>
  mintTrialKey(secret, { ...caller, mcp: ["one"], ...given }, ttlMs);

/** A proxy in front of these servers; none of them runs yet. */
export async function serving(
  servers: Parameters<typeof mcpServer>[0],
  env: NodeJS.ProcessEnv = {},
): Promise<TestProxy> {
  const upstream = await fakeUpstream((response) => json(response, {}));
  const files = mcpServer(servers);
  const proxy = await testProxy({ upstream: upstream.url, mcpConfig: files.config }, env);
  return {
    ...proxy,
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await upstream[Symbol.asyncDispose]();
      files[Symbol.dispose]();
    },
  };
}

/** The SDK's own client, connected with this key. */
export async function connect(proxy: TestProxy, key = secret, name = "one") {
  const url = new URL(`${proxy.origin}/mcp/${name}`);
  const headers = { authorization: `Bearer ${key}` };
  const transport = new StreamableHTTPClientTransport(url, { requestInit: { headers } });
  const client = new Client({ name: "test", version: "1" }, { capabilities: { roots: {} } });
  await client.connect(transport as Transport);
  const call = async (tool: string, args: Record<string, unknown> = {}) => {
    const { content } = await client.callTool({ name: tool, arguments: args });
    return (content as { text: string }[])[0]?.text ?? "";
  };
  return { client, transport, call, [Symbol.asyncDispose]: () => client.close() };
}

const version = "2025-06-18";
/** The request that a session begins with. */
export const initialize = {
  id: 0,
  method: "initialize",
  params: {
    protocolVersion: version,
    capabilities: {},
    clientInfo: { name: "bare", version: "1" },
  },
};

/** The request to call a tool. */
export const toolCall = (id: number | string, name: string, args: object = {}, meta?: object) => ({
  id,
  method: "tools/call",
  params: { name, arguments: args, ...(meta === undefined ? {} : { _meta: meta }) },
});

/** A client that says what no library would say. */
export async function bareClient(proxy: TestProxy, given?: string) {
  const key = given ?? (await trialKey());
  const send = (session: string | null, body: string) =>
    proxy.fetch("/mcp/one", {
      method: "POST",
      key,
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        ...(session === null ? {} : { "mcp-session-id": session }),
      },
      body,
    });
  const text = (message: object | object[]) =>
    JSON.stringify(
      Array.isArray(message)
        ? message.map((one: object) => ({ jsonrpc: "2.0", ...one }))
        : { jsonrpc: "2.0", ...message },
    );
  const begun = await send(null, text(initialize));
  const session = begun.headers.get("mcp-session-id");
  return {
    session,
    /** What it was answered to its request to initialize one. */
    begun: await messagesOf(begun),
    /** Sends what is JSON already. */
    raw: (body: string) => send(session, body),
    post: (message: object | object[]) => send(session, text(message)),
    /** Sends messages; what is answered until the reply ends. */
    ask: async (message: object | object[]) => messagesOf(await send(session, text(message))),
  };
}

/** The messages of a reply. */
async function messagesOf(response: Response): Promise<unknown[]> {
  const lines = (await response.text()).split("\n").filter((line) => line.startsWith("data: "));
  return lines.map((line): unknown => JSON.parse(line.slice("data: ".length)));
}

/** What the attempt of `trialKey` came to; with DELETE it is forgotten. */
export const usage = async (proxy: TestProxy, method = "GET"): Promise<unknown> =>
  (await proxy.fetch(`/mx/usage?key=${caller.key}&attempt=1`, { method })).json();

/** What the proxy says of itself. */
export const status = async (proxy: TestProxy): Promise<unknown> =>
  (await proxy.fetch("/mx/status")).json();
