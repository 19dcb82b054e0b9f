import type { McpCall, Request } from "@mx/records";
import { recordTypes } from "@mx/records";
import { setTimeout as sleep } from "node:timers/promises";
import { flags, type Flags } from "../flags.ts";
import { openProxy } from "../open-proxy.ts";

export const secret = "mx-secret-of-the-tests";
export const upstreamKey = "sk-upstream-key-0123456789";

export interface TestProxy extends AsyncDisposable {
  /** Base URL, with /v1. */
  url: string;
  /** Origin. */
  origin: string;
  socket: string;
  /** Records of the calls so far. */
  records: Request[];
  /** Records of the calls of MCP servers so far. */
  mcpCalls: McpCall[];
  /** What it has said to people. */
  notes: string[];
  /** The record of the nth call, from 0, once it is there. */
  record(n?: number): Promise<Request>;
  /** A call with the admin key. */
  fetch(path: string, options?: CallOptions): Promise<Response>;
  /** POST of a chat completion. */
  chat(body: object | string, options?: CallOptions): Promise<Response>;
}

type CallOptions = Omit<RequestInit, "headers"> & {
  key?: string;
  headers?: Record<string, string>;
};

/** Flags; of a single upstream its URL alone. */
export type TestFlags = Partial<Omit<Flags, "upstream">> & { upstream?: string | string[] };

/** A proxy in this process, on a free port. */
export async function testProxy(
  { upstream = [], ...given }: TestFlags,
  env: NodeJS.ProcessEnv = {},
): Promise<TestProxy> {
  const records: Request[] = [];
  const mcpCalls: McpCall[] = [];
  const notes: string[] = [];
  const problems: unknown[] = [];
  const opened = await openProxy({
    flags: flags.parse(upstream.length === 0 ? given : { ...given, upstream: [upstream].flat() }),
    env: { MX_PROXY_SECRET: secret, OPENAI_API_KEY: upstreamKey, ...env },
    note: (text) => notes.push(text),
    ledger: {
      add: (record, written) => {
        if (record.type === "request") records.push(recordTypes.request.parse(record));
        else mcpCalls.push(recordTypes.mcp_call.parse(record));
        written();
      },
      full: () => null,
      close: () => Promise.resolve(),
    },
    failed: (error) => problems.push(error),
  });
  const origin = opened.baseUrl.replace(/\/v1$/, "");
  const proxy: TestProxy = {
    url: opened.baseUrl,
    origin,
    socket: opened.socket ?? "",
    records,
    mcpCalls,
    notes,
    async record(n = 0) {
      for (let waited = 0; waited < 200 && records.length <= n; waited += 1) await sleep(10);
      const record = records[n];
      if (record === undefined) throw new Error(`no record of call ${n}`);
      return record;
    },
    fetch: (path, { key = secret, ...options } = {}) =>
      fetch(`${origin}${path}`, {
        ...options,
        headers: { authorization: `Bearer ${key}`, ...options.headers },
      }),
    chat: (body, options = {}) =>
      proxy.fetch("/v1/chat/completions", {
        method: "POST",
        body: typeof body === "string" ? body : JSON.stringify(body),
        ...options,
        headers: { "content-type": "application/json", ...options.headers },
      }),
    async [Symbol.asyncDispose]() {
      await opened.close(AbortSignal.abort());
      if (problems.length > 0) throw new AggregateError(problems, "the proxy had problems");
    },
  };
  return proxy;
}
