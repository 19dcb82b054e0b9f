import { getDefaultEnvironment } from "@modelcontextprotocol/sdk/client/stdio.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import type { ProcessGroups } from "@mx/cli/process-groups";
import type { McpServerConfig } from "@mx/mcp";
import { openTransport } from "@mx/mcp/open-transport";
import { StdioTransport } from "@mx/mcp/stdio-transport";
import { setTimeout as sleep } from "node:timers/promises";
import { isRequest } from "./json-rpc.ts";
import type { HostServer } from "./mcp-servers.ts";

/** What a server that does not read holds in memory, at most. */
const mostUnreadBytes = 64 * 1024 * 1024;
/** How long a server may take to answer `initialize`. */
const startMs = 60_000;
/** How long the end of a session at a server elsewhere is waited for. */
const closeMs = 2_000;
/** What servers of before streamable HTTP answer to it. */
const oldStatuses = new Set<unknown>([400, 404, 405]);

export interface ConnectionOptions {
  groups: ProcessGroups;
  /** Takes what the server says. */
  said(message: JSONRPCMessage): void;
  /** The server could not be started or reached, or has ended: why, with the last of its stderr. Said once. */
  broken(why: string): void;
}

/**
 * The way to a server behind the proxy, taken with the first message. A process gets the usual few variables and those of
 * its configuration: what else the proxy has, keys of model APIs among it, is not for it.
 */
export class ServerConnection {
  readonly #server: HostServer;
  readonly #options: ConnectionOptions;
  #transport: Transport | null = null;
  #opening: Promise<Transport> | null = null;
  #start: { timer: NodeJS.Timeout; began: number } | null = null;
  #isOver = false;

  constructor(server: HostServer, options: ConnectionOptions) {
    this.#server = server;
    this.#options = options;
  }

  /** For how long the server has not answered `initialize`, in ms; null: it has, or was not asked. */
  get startingMs(): number | null {
    return this.#start === null ? null : performance.now() - this.#start.began;
  }

  /** Sends a message; that it could not be sent breaks the connection. */
  send(message: JSONRPCMessage): void {
    if (this.#isOver) return;
    if (isRequest(message) && message.method === "initialize") this.#expectStart();
    const transport = this.#transport;
    if (transport instanceof StdioTransport && transport.unreadBytes > mostUnreadBytes) {
      this.fail("it does not read what it is sent");
      return;
    }
    void this.#send(message).catch((error: unknown) => this.fail(reason(error)));
  }

  /** The server has answered `initialize`. */
  started(version: unknown): void {
    clearTimeout(this.#start?.timer);
    this.#start = null;
    if (typeof version === "string") this.#transport?.setProtocolVersion?.(version);
  }

  /** Gives the server up. */
  fail(why: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#start?.timer);
    this.#options.broken(
      `MCP server ${JSON.stringify(this.#server.name)}: ${this.#lastWords(why)}`,
    );
  }

  async close(): Promise<void> {
    this.#isOver = true;
    clearTimeout(this.#start?.timer);
    const transport = this.#transport;
    if (transport === null) return;
    // A session at a server elsewhere would stay there.
    if ("terminateSession" in transport) {
      const ending = (transport.terminateSession as () => Promise<void>)().catch(() => {});
      await Promise.race([ending, sleep(closeMs, undefined, { ref: false })]);
    }
    await transport.close().catch(() => {});
  }

  async #send(message: JSONRPCMessage): Promise<void> {
    const { config } = this.#server;
    try {
      const transport = await (this.#opening ??= this.#open(config));
      await transport.send(message);
    } catch (error) {
      const isStart = isRequest(message) && message.method === "initialize";
      const isOld =
        config.type === undefined && oldStatuses.has((error as { code?: unknown }).code);
      if (!isStart || !isOld) throw error;
      const tried = this.#transport;
      this.#opening = this.#open({ ...config, type: "sse" });
      const transport = await this.#opening;
      await tried?.close();
      await transport.send(message);
    }
  }

  async #open(config: McpServerConfig): Promise<Transport> {
    const transport = await openTransport(config, {
      cwd: process.cwd(),
      env: getDefaultEnvironment(),
      groups: this.#options.groups,
      broken: (why) => this.fail(why),
    });
    this.#transport = transport;
    // One that was tried in vain is none of them any more.
    const isOurs = () => this.#transport === transport && !this.#isOver;
    transport.onmessage = (message) => {
      if (isOurs()) this.#options.said(message);
    };
    transport.onclose = () => {
      if (isOurs()) this.fail("it has ended");
    };
    await transport.start();
    // It was ended while it was being started.
    if (this.#isOver) await transport.close();
    return transport;
  }

  #expectStart(): void {
    const late = () => this.fail(`it did not answer within ${startMs / 1000} s`);
    this.#start = { timer: setTimeout(late, startMs), began: performance.now() };
  }

  #lastWords(why: string): string {
    const transport = this.#transport;
    if (!(transport instanceof StdioTransport)) return why;
    const { end, stderrTail } = transport;
    const how = end === null || why.includes(end) ? why : `${why} (${end})`;
    return stderrTail === "" ? how : `${how}\n${stderrTail}`;
  }
}

/** What an error says, in one paragraph. */
function reason(error: unknown): string {
  const { message, cause } = error as Error;
  const inner = cause instanceof Error ? `: ${cause.message}` : "";
  return `${message}${inner}`.slice(0, 1000);
}
