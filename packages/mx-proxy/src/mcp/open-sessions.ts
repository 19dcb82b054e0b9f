import { longestTimerMs } from "@mx/cli/longest-timer";
import type { TrialKey } from "@mx/keys";
import type { Caller } from "../call/key-ring.ts";
import type { HostServer } from "./mcp-servers.ts";
import type { McpSession } from "./mcp-session.ts";

/** Sessions of one caller with one server, those included whose servers are still ending. */
const mostSessions = 8;
/** A session of nobody's trial ends after so long a silence. */
const idleMs = 60 * 60 * 1000;

interface Open {
  session: McpSession;
  /** Whose it is. */
  owner: string;
  timer: NodeJS.Timeout;
}

/** The sessions of all clients. */
export class OpenSessions {
  /** By their ids, the one that was used last at the end. */
  readonly #all = new Map<string, Open>();

  /** Those with a server that is named so; undefined: all. */
  of(name?: string): McpSession[] {
    const all = [...this.#all.values()].map(({ session }) => session);
    return name === undefined ? all : all.filter(({ server }) => server.name === name);
  }

  /** A caller's session with this server; null: it has none of this id. */
  find(id: string, server: HostServer, caller: Caller): McpSession | null {
    const open = this.#all.get(id);
    if (open === undefined || open.session.isOver) return null;
    if (open.owner !== ownerOf(caller) || open.session.server !== server) return null;
    this.#all.delete(id);
    this.#all.set(id, open);
    if (caller.trial === null) open.timer.refresh();
    return open.session;
  }

  /**
   * Has a session made once the caller may have one more with this server. Where it has too many, the one of them that was
   * used longest ago, and if possible has no call under way, makes room.
   */
  async open(server: HostServer, caller: Caller, make: () => McpSession | null): Promise<void> {
    const owner = ownerOf(caller);
    for (;;) {
      const own = [...this.#all.values()]
        .filter((open) => open.owner === owner && open.session.server === server)
        .map(({ session }) => session);
      if (own.length < mostSessions) {
        // At once: others may wait for the same room.
        const session = make();
        if (session !== null) this.#add(session, caller);
        return;
      }
      const why = `a client has no more than ${mostSessions} sessions with a server`;
      const next =
        own.find(({ isOver }) => isOver) ?? own.find(({ active }) => active === 0) ?? own[0];
      await next?.end(why);
    }
  }

  delete({ id }: McpSession): void {
    clearTimeout(this.#all.get(id)?.timer);
    this.#all.delete(id);
  }

  #add(session: McpSession, caller: Caller): void {
    const timer = setTimeout(() => {
      if (caller.trial === null && session.active > 0) timer.refresh();
      else void session.end("its time was over");
    }, lifeMs(caller.trial));
    this.#all.set(session.id, { session, owner: ownerOf(caller), timer });
  }
}

/** Sessions are their caller's own. */
function ownerOf({ trial }: Caller): string {
  return trial === null ? "" : JSON.stringify([trial.run_id, trial.key, trial.attempt]);
}

function lifeMs(trial: TrialKey | null): number {
  return trial === null ? idleMs : Math.min(trial.expires_at - Date.now(), longestTimerMs);
}
