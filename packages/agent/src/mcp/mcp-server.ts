import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import {
  CallToolResultSchema,
  ErrorCode,
  McpError,
  type CallToolResult,
  type Tool as McpTool,
} from "@modelcontextprotocol/sdk/types.js";
import type { McpServerConfig } from "@mx/mcp";
import { openTransport, type TransportContext } from "@mx/mcp/open-transport";
import { StdioTransport } from "@mx/mcp/stdio-transport";
import { olderWay, transportReason } from "@mx/mcp/transport-errors";
import { AgentFault } from "../agent-fault.ts";
import { ToolError } from "../tools/tool-error.ts";
import { listTools } from "./list-tools.ts";
import { noValidator } from "./no-validator.ts";

const closeMs = 3000;
const pingMs = 5000;
/** So much later than the clock of the start do those of its requests ring. */
const marginMs = 5000;

/** How long a server may take. */
export interface McpLimits {
  /** to start, and to say what its tools are */
  startMs: number;
  /** for one call */
  callMs: number;
}

/** What a server needs besides its configuration. */
export interface ServerContext extends Omit<TransportContext, "broken"> {
  /** ends the wait for a server */
  signal: AbortSignal;
}

/**
 * A connection to an MCP server. One that cannot be had, or that ends before it is closed, is an `AgentFault` with
 * the last of the server's stderr.
 */
export class McpServer implements AsyncDisposable {
  readonly name: string;
  readonly #limits: McpLimits;
  readonly #gone = new AbortController();
  #client: Client | null = null;
  #transport: Transport | null = null;
  #tools: readonly McpTool[] = [];
  #broken: string | null = null;

  private constructor(name: string, limits: McpLimits) {
    this.name = name;
    this.#limits = limits;
  }

  /** Starts or connects to a server, and asks for its tools. */
  static async open(
    name: string,
    config: McpServerConfig,
    limits: McpLimits,
    context: ServerContext,
  ): Promise<McpServer> {
    const server = new McpServer(name, limits);
    let timer: NodeJS.Timeout | undefined;
    let stop = () => {};
    const late = new Promise<never>((_, reject) => {
      const message = `it was not ready after ${limits.startMs} ms`;
      timer = setTimeout(() => reject(new Error(message)), limits.startMs);
      stop = () => reject(new Error("stopped"));
      context.signal.addEventListener("abort", stop);
      if (context.signal.aborted) stop();
    });
    try {
      await Promise.race([server.#connect(config, context), late]);
    } catch (error) {
      const fault = server.#fault(server.#broken ?? transportReason(error));
      await server[Symbol.asyncDispose]();
      throw fault;
    } finally {
      clearTimeout(timer);
      context.signal.removeEventListener("abort", stop);
    }
    return server;
  }

  /** What the server offers. */
  get tools(): readonly McpTool[] {
    return this.#tools;
  }

  /** What the server wants its user to know; null where it says nothing. */
  get instructions(): string | null {
    return this.#client?.getInstructions() ?? null;
  }

  /** Name and version that the server gives itself. */
  get version(): { name: string; version: string } | undefined {
    return this.#client?.getServerVersion();
  }

  /** Throws where the server is not there any more. */
  check(): void {
    if (this.#transport instanceof StdioTransport) this.#broken ??= this.#transport.end;
    if (this.#broken !== null) throw this.#fault(this.#broken);
  }

  /** Calls a tool. What the server has against the call, or no answer in time, is a `ToolError`. */
  async call(
    name: string,
    args: Record<string, unknown>,
    signal: AbortSignal,
  ): Promise<CallToolResult> {
    this.check();
    // Not AbortSignal.any(): Node loses signals that nothing else holds.
    const ends = new AbortController();
    const end = () => ends.abort();
    for (const one of [signal, this.#gone.signal]) one.addEventListener("abort", end);
    try {
      const request = { method: "tools/call" as const, params: { name, arguments: args } };
      const options = { timeout: this.#limits.callMs, signal: ends.signal };
      return await this.#client!.request(request, CallToolResultSchema, options);
    } catch (error) {
      signal.throwIfAborted();
      this.check();
      if (!(error instanceof McpError)) throw this.#fault(transportReason(error));
      if (error.code !== ErrorCode.RequestTimeout) throw new ToolError(error.message);
      await this.#checkAlive();
      throw new ToolError(`no answer after ${this.#limits.callMs} ms; the call was given up`);
    } finally {
      for (const one of [signal, this.#gone.signal]) one.removeEventListener("abort", end);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const client = this.#client;
    const transport = this.#transport;
    this.#client = null;
    const clock = new Promise((resolve) => setTimeout(resolve, closeMs).unref());
    const close = async () => {
      if (transport !== null && "terminateSession" in transport) {
        await (transport.terminateSession as () => Promise<void>)();
      }
      await client?.close();
    };
    await Promise.race([close().catch(() => {}), clock]);
    await transport?.close().catch(() => {});
  }

  async #connect(config: McpServerConfig, context: ServerContext): Promise<void> {
    try {
      await this.#open(config, context);
    } catch (error) {
      const older = olderWay(config, error);
      if (older === null) throw error;
      await this.#client!.close();
      await this.#open(older, context);
    }
    this.#tools = await listTools(this.#client!, this.#limits.startMs + marginMs);
  }

  async #open(config: McpServerConfig, context: ServerContext): Promise<void> {
    const broken = (why: string) => {
      if (this.#client === null) return;
      this.#broken ??= why;
      this.#gone.abort();
    };
    this.#transport = await openTransport(config, { ...context, broken });
    this.#client = new Client(
      { name: "mx-agent", version: "1" },
      { jsonSchemaValidator: noValidator },
    );
    await this.#client.connect(this.#transport, { timeout: this.#limits.startMs + marginMs });
  }

  /** A server elsewhere that does not answer a ping either is gone; one that is a process may just be busy. */
  async #checkAlive(): Promise<void> {
    if (this.#transport instanceof StdioTransport) return;
    await this.#client!.ping({ timeout: pingMs }).catch((error: unknown) => {
      throw this.#fault(`no answer, and none to a ping: ${transportReason(error)}`);
    });
  }

  #fault(what: string): AgentFault {
    const transport = this.#transport;
    const end = transport instanceof StdioTransport ? transport.end : null;
    const stderr = transport instanceof StdioTransport ? transport.stderrTail : "";
    const how = end === null || end === what ? what : `${what} (${end})`;
    const said = stderr === "" ? "" : `\n${stderr}`;
    return new AgentFault("mcp_failed", `MCP server ${JSON.stringify(this.name)}: ${how}${said}`);
  }
}
