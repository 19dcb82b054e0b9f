import type { Endpoint } from "@mx/records";
import type { RunningServer, ServerEnd } from "../places/place.ts";
import { lockServer } from "./lock-server.ts";
import type { ServerFolder } from "./server-folder.ts";
import { ServerUsers } from "./server-users.ts";

/** So long is waited for the right to end a server, in ms; who uses it without us ends it then. */
const leaveMs = 30_000;

/** A server that this process uses, whoever brought it up. */
export class UsedServer {
  readonly #server: RunningServer;
  readonly #folder: ServerFolder;
  readonly #user: string;
  /** True: it was up before. */
  readonly joined: boolean;
  /** The key that its callers must send; null: none. */
  readonly key: string | null;

  constructor(
    server: RunningServer,
    o: { folder: ServerFolder; user: string; joined: boolean; key: string | null },
  ) {
    this.#server = server;
    this.#folder = o.folder;
    this.#user = o.user;
    this.joined = o.joined;
    this.key = o.key;
    server.onMove((endpoint) => void this.#folder.writeEndpoint(endpoint));
  }

  get name(): string {
    return this.#folder.name;
  }

  get endpoint(): Endpoint {
    return this.#server.endpoint;
  }

  /** Resolves when it has ended by itself. */
  get ended(): Promise<ServerEnd> {
    return this.#server.ended;
  }

  onMove(listener: (endpoint: Endpoint) => void): void {
    this.#server.onMove(listener);
  }

  /**
   * Uses it no longer. The last one that does ends it, unless it was detached; the state that it has then, null where
   * others go on with it. `end`: how it ended by itself, if it did; one that `mx-serve stop` ended was meant to.
   */
  async leave(end: ServerEnd | null = null): Promise<Endpoint | null> {
    const state = end !== null && !(await this.#isStopped()) ? "failed" : "stopped";
    const users = new ServerUsers(this.#folder);
    // A second signal does not shorten this: without the lock a newcomer would be left without a server.
    const stop = AbortSignal.timeout(leaveMs);
    const lock = await lockServer(this.#folder, { stop, note: () => {} }).catch(
      (error: unknown) => {
        if (!stop.aborted) throw error;
        return null;
      },
    );
    await using _lock = lock;
    if (lock === null) {
      // Somebody holds it who hangs. Where the place ends what nobody uses, this is enough.
      await this.#server.release?.();
      return null;
    }
    await users.leave(this.#user);
    const goesOn = (await users.list()).length > 0 || (await users.isDetached());
    if (goesOn && state === "stopped") {
      await this.#server.release?.();
      return null;
    }
    await this.#server.stop();
    const endpoint: Endpoint = { ...this.endpoint, state };
    if (!(await this.#isStopped())) await this.#folder.writeEndpoint(endpoint);
    return endpoint;
  }

  /** Leaves it to itself: it is up until `mx-serve stop`. */
  async detach(): Promise<void> {
    const users = new ServerUsers(this.#folder);
    await users.detach();
    await users.leave(this.#user);
    await this.#server.release?.();
  }

  /** True where it is on record that `mx-serve stop` ended it. */
  async #isStopped(): Promise<boolean> {
    return (await this.#folder.readEndpoint().catch(() => null))?.state === "stopped";
  }
}
