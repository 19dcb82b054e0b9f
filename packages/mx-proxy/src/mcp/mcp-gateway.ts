import { ProcessGroups } from "@mx/cli/process-groups";
import type { TrialKey } from "@mx/keys";
import type { McpCall } from "@mx/records";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Caller } from "../call/key-ring.ts";
import type { Proxy } from "../call/proxy.ts";
import { readBody } from "../call/read-body.ts";
import { refuse } from "./json-rpc.ts";
import { mcpRecord } from "./mcp-record.ts";
import type { HostServer } from "./mcp-servers.ts";
import { McpSession } from "./mcp-session.ts";

/** Sessions of one caller; the one that was used longest ago makes room for another. */
const mostSessions = 8;
/** A session of nobody's trial ends after so long a silence. */
const idleMs = 60 * 60 * 1000;
/** The longest time that a timer can wait. */
const longestMs = 2 ** 31 - 1;
const stopped = "mx-proxy was stopped";

interface Open {
  session: McpSession;
  /** Whose it is. */
  owner: string;
  timer: NodeJS.Timeout;
}

/** The MCP servers behind a proxy: each session of a client has a server of its own, and each call a record. */
export class McpGateway implements AsyncDisposable {
  /** Calls that have ended, by server and state. */
  readonly counts = new Map<string, number>();
  readonly #servers: ReadonlyMap<string, HostServer>;
  readonly #groups = new ProcessGroups();
  /** By their ids, the one that was used last at the end. */
  readonly #sessions = new Map<string, Open>();

  constructor(servers: ReadonlyMap<string, HostServer>) {
    this.#servers = servers;
  }

  /** The servers, with the digest of what is configured, and how many clients have one and how many calls are under way. */
  states(): { name: string; digest: string; sessions: number; active: number }[] {
    const all = [...this.#sessions.values()].map(({ session }) => session);
    return [...this.#servers.values()].map(({ name, digest }) => {
      const own = all.filter(({ server }) => server.name === name);
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
      const names = [...this.#servers.keys()].map((name) => `/mcp/${encodeURIComponent(name)}`);
      return refuse(response, 404, `there is no such MCP server; there are ${names.join(", ")}`);
    }
    if (caller.trial !== null && caller.trial.mcp?.includes(server.name) !== true) {
      return refuse(response, 403, "the trial key is not good for this MCP server");
    }
    const body = await bodyOf(request, response, proxy.settings.maxBodyBytes);
    if (body === null) return;
    const id = request.headers["mcp-session-id"];
    if (id === undefined && !begins(body.value)) {
      return refuse(response, 400, "a session begins with a request to initialize it");
    }
    const session =
      id === undefined ? this.#open(proxy, server, caller) : this.#find(String(id), server, caller);
    if (session === null) return refuse(response, 404, "there is no such session, or it is over");
    await session.handle(request, response, body.value);
    // Its HTTP was not that of the protocol, as the library has answered.
    if (!session.isBegun) await session.end("it was not begun");
  }

  /** Ends the sessions in which nothing is under way: a proxy that is to end waits for the others. */
  endIdle(): void {
    for (const { session } of this.#sessions.values())
      if (session.active === 0) void session.end(stopped);
  }

  /** Ends all sessions. */
  endAll(): void {
    for (const { session } of this.#sessions.values()) void session.end(stopped);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const all = [...this.#sessions.values()];
    await Promise.all(all.map(({ session }) => session.end(stopped)));
    this.#groups[Symbol.dispose]();
  }

  #find(id: string, server: HostServer, caller: Caller): McpSession | null {
    const open = this.#sessions.get(id);
    if (open === undefined || open.owner !== ownerOf(caller) || open.session.server !== server)
      return null;
    this.#sessions.delete(id);
    this.#sessions.set(id, open);
    if (caller.trial === null) open.timer.refresh();
    return open.session;
  }

  #open(proxy: Proxy, server: HostServer, caller: Caller): McpSession {
    const owner = ownerOf(caller);
    this.#makeRoom(owner);
    const { totals, ledger } = proxy;
    const { trial } = caller;
    const shown = (text: string) => mask(proxy, caller, text);
    const session = new McpSession(server, {
      groups: this.#groups,
      mask: shown,
      failed: (why) => totals.serverFailed(trial, why),
      log: (call, end, send) => {
        const record = mcpRecord(server.name, caller, call, end, shown);
        this.#count(record);
        totals.serverCalled(trial);
        ledger.add(record, send);
      },
      over: () => {
        clearTimeout(timer);
        detach();
        this.#sessions.delete(session.id);
      },
    });
    const detach = totals.attach(trial, () => void session.end("the attempt was over"));
    const timer = setTimeout(() => void session.end("its time was over"), lifeMs(trial));
    this.#sessions.set(session.id, { session, owner, timer });
    return session;
  }

  #makeRoom(owner: string): void {
    const own = [...this.#sessions.values()].filter((open) => open.owner === owner);
    if (own.length < mostSessions) return;
    const idle = own.find(({ session }) => session.active === 0) ?? own[0];
    void idle?.session.end(`a caller has no more than ${mostSessions} sessions`);
  }

  #count({ server, state }: McpCall): void {
    const name = `${server}\n${state}`;
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }
}

function nameIn(url: string): string | null {
  const [, name = ""] = /^\/mcp\/([^/?]+)\/?(?:\?|$)/.exec(url) ?? [];
  try {
    return decodeURIComponent(name);
  } catch {
    return null;
  }
}

/** True where what is posted, one message or several, has a request to initialize a session. */
function begins(body: unknown): boolean {
  const messages: unknown[] = Array.isArray(body) ? body : [body];
  return messages.some((one) => (one as { method?: unknown } | null)?.method === "initialize");
}

/** Sessions are their caller's own. */
function ownerOf({ trial }: Caller): string {
  return trial === null ? "" : JSON.stringify([trial.run_id, trial.key, trial.attempt]);
}

function lifeMs(trial: TrialKey | null): number {
  return trial === null ? idleMs : Math.min(trial.expires_at - Date.now(), longestMs);
}

function mask(proxy: Proxy, { token }: Caller, text: string): string {
  return proxy.masker.text(text).replaceAll(token, "***");
}

/** What a POST says, as JSON; null where it was refused, or the client has gone. */
async function bodyOf(
  request: IncomingMessage,
  response: ServerResponse,
  maxBytes: number,
): Promise<{ value: unknown } | null> {
  if (request.method !== "POST") return { value: undefined };
  const bytes = await readBody(request, maxBytes);
  if (bytes === "gone") return null;
  if (bytes === "too large") {
    refuse(response, 413, `the request is larger than ${maxBytes} bytes`);
    return null;
  }
  try {
    return { value: JSON.parse(bytes?.toString("utf8") ?? "") };
  } catch (error) {
    refuse(response, 400, `the request is no JSON: ${(error as Error).message}`);
    return null;
  }
}
