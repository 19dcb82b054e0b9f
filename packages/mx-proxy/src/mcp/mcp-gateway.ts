import { ProcessGroups } from "@mx/cli/process-groups";
import type { McpCall } from "@mx/records";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Caller } from "../call/key-ring.ts";
import type { Proxy } from "../call/proxy.ts";
import { isRequest, refuse } from "./json-rpc.ts";
import { mcpRecord } from "./mcp-record.ts";
import type { HostServer } from "./mcp-servers.ts";
import { McpSession } from "./mcp-session.ts";
import { OpenSessions } from "./open-sessions.ts";
import { readMessages } from "./read-messages.ts";

const stopped = "mx-proxy was stopped";

/** The MCP servers behind a proxy: each session of a client has a server of its own, and each call a record. */
export class McpGateway implements AsyncDisposable {
  /** Calls that have ended, by server and state. */
  readonly counts = new Map<string, number>();
  readonly #servers: ReadonlyMap<string, HostServer>;
  readonly #groups = new ProcessGroups();
  readonly #sessions = new OpenSessions();
  #isClosed = false;

  constructor(servers: ReadonlyMap<string, HostServer>) {
    this.#servers = servers;
  }

  /** The servers, with the digest of what is configured, and how many clients have one and how many calls are under way. */
  states(): { name: string; digest: string; sessions: number; active: number }[] {
    return [...this.#servers.values()].map(({ name, digest }) => {
      const own = this.#sessions.of(name);
      const active = own.reduce((sum, session) => sum + session.active, 0);
      return { name, digest, sessions: own.length, active };
    });
  }

  /** Carries out what is asked of `/mcp/NAME`. */
  async handle(proxy: Proxy, request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on("error", () => {});
    const full = proxy.ledger.full();
    if (full !== null) await full;
    const caller = await proxy.keys.identify(request.headers);
    if ("status" in caller) return refuse(response, caller.status, caller.message);
    const server = this.#servers.get(nameIn(request.url ?? "") ?? "");
    if (server === undefined) {
      const names = [...this.#servers.keys()].filter((name) => mayCall(caller, name));
      const paths = names.map((name) => `/mcp/${encodeURIComponent(name)}`).join(", ");
      return refuse(response, 404, `there is no such MCP server; there are ${paths}`);
    }
    if (!mayCall(caller, server.name)) {
      return refuse(response, 403, "the trial key is not good for this MCP server");
    }
    const id = request.headers["mcp-session-id"];
    if (request.method === "POST" && id === undefined) {
      return await this.#begin(proxy, server, caller, request, response);
    }
    if (id === undefined) return refuse(response, 400, "the request names no session");
    const session = this.#sessions.find(String(id), server, caller);
    if (session === null) return refuse(response, 404, noSession);
    switch (request.method) {
      case "POST": {
        const messages = await readMessages(request, response, proxy.settings.maxBodyBytes);
        if (messages === null) return;
        if (session.isOver) return refuse(response, 404, noSession);
        return session.post(messages, response);
      }
      case "GET":
        return session.streams.listen(response);
      case "DELETE":
        session.leave();
        response.writeHead(200).end();
        return;
      default:
        return refuse(response, 405, "there are POST, GET and DELETE");
    }
  }

  /** Ends the sessions in which nothing is under way: a proxy that is to end waits for the others. */
  endIdle(): void {
    for (const session of this.#sessions.of()) if (session.active === 0) void session.end(stopped);
  }

  /** Ends all sessions. */
  endAll(): void {
    for (const session of this.#sessions.of()) void session.end(stopped);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#sessions.of().map((session) => session.end(stopped)));
    this.#groups[Symbol.dispose]();
  }

  async #begin(
    proxy: Proxy,
    server: HostServer,
    caller: Caller,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const messages = await readMessages(request, response, proxy.settings.maxBodyBytes);
    if (messages === null) return;
    const [first] = messages;
    if (messages.length > 1 || !isRequest(first!) || first.method !== "initialize") {
      return refuse(
        response,
        400,
        "a session begins with a request to initialize it, and no other",
      );
    }
    await this.#sessions.open(server, caller, () => {
      if (response.destroyed) return null;
      if (this.#isClosed) {
        refuse(response, 503, stopped);
        return null;
      }
      const late = `MCP server ${JSON.stringify(server.name)}: it was not ready in time`;
      proxy.totals.serverMissed(caller.trial, server.name, late);
      const session = this.#session(proxy, server, caller);
      session.post(messages, response);
      return session;
    });
  }

  #session(proxy: Proxy, server: HostServer, caller: Caller): McpSession {
    const { totals, ledger } = proxy;
    const { trial } = caller;
    const shown = (text: string) => proxy.masker.text(text).replaceAll(caller.token, "***");
    const session = new McpSession(server, {
      groups: this.#groups,
      mask: shown,
      failed: (why) => totals.serverFailed(trial, why),
      left: (why) => totals.serverMissed(trial, server.name, why),
      ready: () => totals.serverReady(trial, server.name),
      log: (call, end, send) => {
        const record = mcpRecord(server.name, caller, call, end, shown);
        this.#count(record);
        totals.serverCalled(trial);
        ledger.add(record, send);
      },
      over: () => {
        detach();
        this.#sessions.delete(session);
      },
    });
    const detach = totals.attach(trial, () => void session.end("the attempt was over"));
    return session;
  }

  #count({ server, state }: McpCall): void {
    const name = `${server}\n${state}`;
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }
}

const noSession = "there is no such session, or it is over";

function mayCall({ trial }: Caller, name: string): boolean {
  return trial === null || trial.mcp?.includes(name) === true;
}

function nameIn(url: string): string | null {
  const [, name = ""] = /^\/mcp\/([^/?]+)\/?(?:\?|$)/.exec(url) ?? [];
  try {
    return decodeURIComponent(name);
  } catch {
    return null;
  }
}
