import type { JSONRPCMessage, RequestId } from "@modelcontextprotocol/sdk/types.js";
import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { callId } from "../call/call-id.ts";
import { Answers } from "./answers.ts";
import { ClientStreams } from "./client-streams.ts";
import type { EventStream } from "./event-stream.ts";
import { isTooDeep, mostLevels } from "./is-too-deep.ts";
import { errorAnswer, isAnswer, isRequest, type RpcRequest } from "./json-rpc.ts";
import type { CallEnd } from "./mcp-record.ts";
import type { HostServer } from "./mcp-servers.ts";
import { OpenCalls } from "./open-calls.ts";
import { ServerConnection } from "./server-connection.ts";
import type { SessionOptions } from "./session-options.ts";

/** Of a client's calls, and of a server's questions, so many are under way at a time. */
const mostCalls = 64;
/** A client that has not taken so much gets no more. */
const mostUnreadBytes = 32 * 1024 * 1024;
/** How long answers may wait for their records when all is over. */
const closeMs = 2_000;

/**
 * One client's connection to a server of its own: messages go through as they are, in both directions, and each call is
 * told of when it has ended. The first is the request to initialize it, and no other comes before that is answered.
 */
export class McpSession {
  readonly id: string = randomUUID();
  /** What its client is answered. */
  readonly streams = new ClientStreams(this.id);
  readonly server: HostServer;
  readonly #options: SessionOptions;
  readonly #connection: ServerConnection;
  readonly #calls = new OpenCalls();
  /** The server's own requests that the client has not answered. */
  readonly #questions = new Set<RequestId>();
  readonly #answers: Answers;
  #state: "new" | "starting" | "ready" = "new";
  #isLeft = false;
  #closing: Promise<void> | null = null;

  constructor(server: HostServer, options: SessionOptions) {
    this.server = server;
    this.#options = options;
    this.#answers = new Answers(options.log, () => this.#hasRoom());
    this.#connection = new ServerConnection(server, {
      groups: options.groups,
      said: (message) => this.#fromServer(message),
      broken: (why) => {
        if (this.isOver) return;
        // The client is in a sandbox, and what a server says on stderr may be anything.
        const shown = options.mask(why);
        if (this.#isLeft) options.left(shown);
        else options.failed(shown);
        void this.#over(this.#isLeft ? "cancelled" : "failed", shown);
      },
    });
  }

  /** True: it ends, or has ended. */
  get isOver(): boolean {
    return this.#closing !== null;
  }

  /** Calls that are under way. */
  get active(): number {
    return this.#calls.size;
  }

  /** Takes what the client has posted, and answers it. */
  post(messages: readonly JSONRPCMessage[], response: ServerResponse): void {
    const count = messages.filter((message) => isRequest(message)).length;
    if (count === 0) {
      for (const message of messages) this.#tellServer(message);
      response.writeHead(202).end();
      return;
    }
    const reply = this.streams.open(response, count, (stream) => this.#left(stream));
    for (const message of messages) {
      if (isRequest(message)) this.#call(message, reply);
      else this.#tellServer(message);
    }
  }

  /** Ends the session and its server. Calls that are under way are cancelled. */
  end(why: string): Promise<void> {
    return this.#over("cancelled", why);
  }

  /** The client has closed the session, or has not waited until it was begun. */
  leave(): void {
    if (this.#state !== "starting") return void this.end("the client closed the session");
    this.#isLeft = true;
    this.#connection.fail("the client left before the server was ready");
  }

  #left(stream: EventStream): void {
    if (this.#state === "starting" && this.#calls.waitFor(stream)) this.leave();
  }

  #call(message: JSONRPCMessage & RpcRequest, reply: EventStream): void {
    const { id, method, params } = message;
    const times = { startedAt: Date.now(), began: performance.now() };
    const call = { id: callId(), ...times, request: { id, method, params }, reply };
    const error = this.#refusal(message);
    if (error !== null) return this.#answers.send(call, { state: "refused", answer: null, error });
    if (this.#state === "new") this.#state = "starting";
    this.#calls.add(call);
    this.#connection.send(message);
  }

  #refusal({ id, method }: RpcRequest): string | null {
    if (this.isOver) return "the session is over";
    if (method === "initialize" && this.#state !== "new") return "the session is initialized";
    if (method !== "initialize" && this.#state !== "ready") return "the server is not ready";
    if (this.#connection.isFull) return "the server does not read what it is sent";
    if (this.#calls.has(id)) return `a call with id ${JSON.stringify(id)} is under way`;
    return this.active >= mostCalls ? `more than ${mostCalls} calls at a time` : null;
  }

  /** What expects no answer. */
  #tellServer(message: JSONRPCMessage): void {
    if (this.isOver || this.#state !== "ready" || this.#connection.isFull) return;
    if (isAnswer(message)) {
      // Only what was asked.
      if (!this.#questions.delete(message.id)) return;
    } else if ("method" in message && message.method === "notifications/cancelled") {
      const { requestId } = (message.params ?? {}) as { requestId?: RequestId };
      const call = this.#calls.take(requestId);
      if (call === undefined) return;
      // Whoever has called a call off waits for no answer.
      this.#options.log(call, { state: "cancelled", answer: null }, () => call.reply.answer(null));
    }
    this.#connection.send(message);
  }

  #fromServer(message: JSONRPCMessage): void {
    if (this.isOver) return;
    const isDeep = isTooDeep(message);
    if (!isAnswer(message)) return isDeep ? undefined : this.#tellClient(message);
    const call = this.#calls.take(message.id);
    // It was called off, or never asked.
    if (call === undefined) return;
    const tooDeep = `the answer has more than ${mostLevels} levels of JSON`;
    const answer = isDeep ? errorAnswer(message.id, tooDeep) : message;
    const error = answer.error?.message;
    if (this.#state === "starting") {
      this.#connection.started(answer.result?.["protocolVersion"]);
      if (error === undefined) {
        this.#state = "ready";
        this.#options.ready();
      }
    }
    this.#answers.send(call, { state: error === undefined ? "ok" : "error", answer, error });
    if (this.#state !== "ready") this.#connection.fail(`it refused to start: ${error}`);
  }

  /** A notification or a question of the server's. What is about a call goes where its answer will go. */
  #tellClient(message: JSONRPCMessage): void {
    const { progressToken: token } =
      (message as { params?: { progressToken?: unknown } }).params ?? {};
    let stream = this.#calls.replyOf(token) ?? this.streams.events;
    if (isRequest(message)) {
      stream ??= this.#calls.openReply();
      const isFull = this.#questions.size >= mostCalls;
      if (stream === undefined || isFull) {
        const why = isFull
          ? `more than ${mostCalls} questions at a time`
          : "the client does not listen";
        return this.#connection.send(errorAnswer(message.id, why));
      }
      this.#questions.add(message.id);
    }
    if (this.#hasRoom()) stream?.send(message);
  }

  /** False, and the session ends, where the client leaves too much unread. */
  #hasRoom(): boolean {
    if (this.streams.unreadBytes <= mostUnreadBytes) return true;
    this.streams.destroy();
    void this.end("the client does not read what it is sent");
    return false;
  }

  #over(state: CallEnd["state"], error: string): Promise<void> {
    if (this.#closing !== null) return this.#closing;
    for (const call of this.#calls.takeAll())
      this.#answers.send(call, { state, answer: null, error });
    this.#closing = this.#close().finally(() => this.#options.over());
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#answers.sent(closeMs);
    this.streams.end();
    await this.#connection.close();
  }
}
