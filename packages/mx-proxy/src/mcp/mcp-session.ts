import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import type { JSONRPCMessage, RequestId } from "@modelcontextprotocol/sdk/types.js";
import type { ProcessGroups } from "@mx/cli/process-groups";
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { callId } from "../call/call-id.ts";
import { errorAnswer, isAnswer, isRequest, type RpcRequest } from "./json-rpc.ts";
import type { CallEnd, PendingCall } from "./mcp-record.ts";
import type { HostServer } from "./mcp-servers.ts";
import { ServerConnection } from "./server-connection.ts";

/** A client has so many calls under way at a time, and one that does not read holds so much memory. */
const mostCalls = 64;
const mostUnreadBytes = 64 * 1024 * 1024;
/** A client that has waited so long for a server to start, and leaves, is not at fault. */
const patienceMs = 5_000;
/** How long answers may wait for their records when all is over. */
const closeMs = 2_000;

export interface SessionOptions {
  groups: ProcessGroups;
  /** Takes a call that has ended; `send` is called once its record is safe. */
  log(call: PendingCall, end: CallEnd, send: () => void): void;
  /** Takes secrets out of a text. */
  mask(text: string): string;
  /** The server could not be started or reached, or has ended. */
  failed(why: string): void;
  /** The session is over; nothing more comes of it. */
  over(): void;
}

/** One HTTP exchange, and what of it the client has not been seen to read. */
interface Exchange {
  unread: number;
}

interface Pending extends PendingCall {
  exchange: Exchange;
}

/**
 * One client's connection to a server of its own: messages go through as they are, in both directions, and each call is
 * told of when it has ended.
 */
export class McpSession {
  readonly id: string = randomUUID();
  readonly server: HostServer;
  readonly #options: SessionOptions;
  readonly #client: StreamableHTTPServerTransport;
  readonly #connection: ServerConnection;
  readonly #pending = new Map<RequestId, Pending>();
  /** Answers that wait for their record to be safe. */
  readonly #sending = new Set<Promise<void>>();
  /** Of what is about no call: the stream that a client opens for events. */
  readonly #events: Exchange = { unread: 0 };
  #unread = 0;
  #isBegun = false;
  #closing: Promise<void> | null = null;

  constructor(server: HostServer, options: SessionOptions) {
    this.server = server;
    this.#options = options;
    this.#connection = new ServerConnection(server, {
      groups: options.groups,
      said: (message) => this.#fromServer(message),
      broken: (why) => {
        // The client is in a sandbox, and what a server says on stderr may be anything.
        const shown = options.mask(why);
        options.failed(shown);
        void this.#over("failed", shown);
      },
    });
    this.#client = new StreamableHTTPServerTransport({ sessionIdGenerator: () => this.id });
    this.#client.onmessage = (message, extra) =>
      this.#fromClient(message, extra?.authInfo?.extra?.["exchange"] as Exchange);
    this.#client.onclose = () => void this.end("the client closed the session");
  }

  /** True once the client has said something. */
  get isBegun(): boolean {
    return this.#isBegun;
  }

  /** Calls that are under way. */
  get active(): number {
    return this.#pending.size;
  }

  /** Carries out a request of the client; `body`: what a POST said, as JSON. */
  async handle(request: IncomingMessage, response: ServerResponse, body: unknown): Promise<void> {
    const exchange = request.method === "GET" ? this.#events : { unread: 0 };
    response.once("close", () => this.#closed(exchange));
    // The library hands this on with each message of the request.
    const auth = { token: "", clientId: "", scopes: [], extra: { exchange } };
    await this.#client.handleRequest(Object.assign(request, { auth }), response, body);
  }

  /** Ends the session and its server. Calls that are under way are cancelled. */
  end(why: string): Promise<void> {
    return this.#over("cancelled", why);
  }

  /** The client has read what it was answered, or has gone. */
  #closed(exchange: Exchange): void {
    this.#unread -= exchange.unread;
    exchange.unread = 0;
    const { startingMs } = this.#connection;
    const waited = [...this.#pending.values()].some((one) => one.exchange === exchange);
    if (startingMs === null || !waited) return;
    const why = "the client left before the server was ready";
    if (startingMs > patienceMs) this.#connection.fail(why);
    else void this.end(why);
  }

  #fromClient(message: JSONRPCMessage, exchange: Exchange): void {
    if (this.#closing !== null) return;
    this.#isBegun = true;
    if (isRequest(message)) {
      const { id, method, params } = message;
      const times = { startedAt: Date.now(), began: performance.now() };
      const call = { id: callId(), ...times, request: { id, method, params }, exchange };
      const refusal = this.#refusal(message);
      if (refusal !== null)
        return this.#settle(call, { state: "refused", answer: null, error: refusal });
      this.#pending.set(id, call);
    } else if ("method" in message && message.method === "notifications/cancelled") {
      const { requestId } = (message.params ?? {}) as { requestId?: RequestId };
      const call = this.#pending.get(requestId ?? "");
      if (call !== undefined) {
        this.#pending.delete(call.request.id);
        // Whoever has called a call off waits for no answer.
        this.#options.log(call, { state: "cancelled", answer: null }, () => {});
      }
    }
    this.#connection.send(message);
  }

  #refusal({ id }: RpcRequest): string | null {
    if (this.#pending.has(id)) return `a call with id ${JSON.stringify(id)} is under way`;
    return this.#pending.size >= mostCalls ? `more than ${mostCalls} calls at a time` : null;
  }

  #fromServer(message: JSONRPCMessage): void {
    if (!isAnswer(message)) return this.#tell(message);
    const call = this.#pending.get(message.id);
    // It was called off, or never asked.
    if (call === undefined) return;
    this.#pending.delete(message.id);
    if (call.request.method === "initialize")
      this.#connection.started(message.result?.["protocolVersion"]);
    const error = message.error?.message;
    this.#settle(call, { state: error === undefined ? "ok" : "error", answer: message, error });
  }

  /** A notification or a question of the server's; what is about a call goes where its answer will go. */
  #tell(message: JSONRPCMessage): void {
    const { params = {} } = message as { params?: { progressToken?: RequestId } };
    const call = this.#pending.get(params.progressToken ?? "");
    this.#send(message, call?.exchange ?? this.#events, call?.request.id);
  }

  /** A call has ended: its record first, then the answer. */
  #settle(call: Pending, end: CallEnd): void {
    const { id } = call.request;
    const answer = end.answer as JSONRPCMessage | null;
    const told = answer ?? errorAnswer(id, end.error ?? end.state);
    const safe = new Promise<void>((resolve) => this.#options.log(call, end, resolve));
    const sent = safe.then(() => {
      this.#send(told, call.exchange);
      this.#sending.delete(sent);
    });
    this.#sending.add(sent);
  }

  #send(message: JSONRPCMessage, exchange: Exchange, relatedRequestId?: RequestId): void {
    const bytes = Buffer.byteLength(JSON.stringify(message));
    exchange.unread += bytes;
    this.#unread += bytes;
    if (this.#unread > mostUnreadBytes) {
      void this.end("the client does not read what it is sent");
      return;
    }
    const options = relatedRequestId === undefined ? {} : { relatedRequestId };
    // A client that has gone gets no answer.
    this.#client.send(message, options).catch(() => {});
  }

  #over(state: CallEnd["state"], error: string): Promise<void> {
    if (this.#closing !== null) return this.#closing;
    for (const call of this.#pending.values()) this.#settle(call, { state, answer: null, error });
    this.#pending.clear();
    this.#closing = this.#close().finally(() => this.#options.over());
    return this.#closing;
  }

  async #close(): Promise<void> {
    const late = sleep(closeMs, undefined, { ref: false });
    await Promise.race([Promise.all(this.#sending), late]);
    await Promise.all([this.#client.close(), this.#connection.close()]);
  }
}
