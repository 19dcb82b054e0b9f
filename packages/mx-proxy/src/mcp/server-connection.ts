import { getDefaultEnvironment } from "@modelcontextprotocol/sdk/client/stdio.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import type { ProcessGroups } from "@mx/cli/process-groups";
import type { McpServerConfig } from "@mx/mcp";
import { openTransport } from "@mx/mcp/open-transport";
import { StdioTransport } from "@mx/mcp/stdio-transport";
import { olderWay, transportReason } from "@mx/mcp/transport-errors";
import { setTimeout as sleep } from "node:timers/promises";
import { errorAnswer, isRequest } from "./json-rpc.ts";
import type { HostServer } from "./mcp-servers.ts";

/** What a server that does not read holds in memory, but for the last message. */
const mostUnreadBytes = 16 * 1024 * 1024;
/** So many messages may be on their way to a server elsewhere. */
const mostSending = 256;
/** How long a server may take to answer `initialize`. */
const startMs = 60_000;
/** How long the end of a session at a server elsewhere is waited for. */
const closeMs = 2_000;
/** The HTTP status for a request that is. */
const tooLarge = 413;

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
  #late: NodeJS.Timeout | undefined;
  /** Messages that are on their way. */
  #sending = 0;
  /** Settles when the server has been told that its client is ready, which it must hear before what comes next. */
  #told: Promise<void> = Promise.resolve();
  #isOver = false;

  constructor(server: HostServer, options: ConnectionOptions) {
    this.#server = server;
    this.#options = options;
  }

  /** True: the server does not take what it is sent, and gets nothing more. */
  get isFull(): boolean {
    if (this.#sending >= mostSending) return true;
    const transport = this.#transport;
    return transport instanceof StdioTransport && transport.unreadBytes > mostUnreadBytes;
  }

  /** Sends a message, unless the server is full; that it could not be sent breaks the connection. */
  send(message: JSONRPCMessage): void {
    if (this.#isOver || this.isFull) return;
    if (isRequest(message) && message.method === "initialize") this.#expectStart();
    this.#sending += 1;
    const sent = this.#told
      .then(() => (this.#isOver ? undefined : this.#send(message)))
      .catch((error: unknown) => this.#notSent(message, error))
      .finally(() => (this.#sending -= 1));
    if ("method" in message && message.method === "notifications/initialized") this.#told = sent;
  }

  /** The server has answered `initialize`. */
  started(version: unknown): void {
    clearTimeout(this.#late);
    if (typeof version === "string") this.#transport?.setProtocolVersion?.(version);
  }

  /** Gives the server up. */
  fail(why: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#late);
    this.#options.broken(
      `MCP server ${JSON.stringify(this.#server.name)}: ${this.#lastWords(why)}`,
    );
  }

  async close(): Promise<void> {
    this.#isOver = true;
    clearTimeout(this.#late);
    const transport = this.#transport;
    const late = sleep(closeMs, undefined, { ref: false });
    // A session at a server elsewhere would stay there.
    if (transport !== null && "terminateSession" in transport) {
      const ending = (transport.terminateSession as () => Promise<void>)().catch(() => {});
      await Promise.race([ending, late]);
    }
    await transport?.close().catch(() => {});
    // What was still being started is ended as soon as it is there.
    await Promise.race([this.#opening?.catch(() => {}), late]);
  }

  /** That a message is too large says nothing of the server, and the others go on. */
  #notSent(message: JSONRPCMessage, error: unknown): void {
    if ((error as { code?: unknown }).code !== tooLarge) return this.fail(transportReason(error));
    if (isRequest(message)) this.#options.said(errorAnswer(message.id, transportReason(error)));
  }

  async #send(message: JSONRPCMessage): Promise<void> {
    const { config } = this.#server;
    try {
      const transport = await (this.#opening ??= this.#open(config));
      await transport.send(message);
    } catch (error) {
      const isStart = isRequest(message) && message.method === "initialize";
      const older = isStart ? olderWay(config, error) : null;
      if (older === null) throw error;
      const tried = this.#transport;
      this.#opening = this.#open(older);
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
    if (this.#isOver) throw new Error("it was ended before it was started");
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
    this.#late = setTimeout(late, startMs);
  }

  #lastWords(why: string): string {
    const transport = this.#transport;
    if (!(transport instanceof StdioTransport)) return why;
    const { end, stderrTail } = transport;
    const how = end === null || why.includes(end) ? why : `${why} (${end})`;
    return stderrTail === "" ? how : `${how}\n${stderrTail}`;
  }
}
