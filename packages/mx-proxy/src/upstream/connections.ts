import { Agent, type Dispatcher } from "undici";
import { connectionPool } from "./connection-pool.ts";

/** The connections of one upstream: to its own origin, and to where results of its calls lie. */
export class Connections {
  readonly #origin: string;
  readonly #connectTimeoutMs: number;
  #pool: Dispatcher | null = null;
  #fresh: Dispatcher | null = null;
  #others: Dispatcher | null = null;

  constructor(origin: string, connectTimeoutMs: number) {
    this.#origin = origin;
    this.#connectTimeoutMs = connectTimeoutMs;
  }

  /** What sends to an origin; with `fresh` over a connection that was never used before. */
  to(origin: string, fresh: boolean): Dispatcher {
    if (origin === this.#origin && !fresh) return (this.#pool ??= this.#make(origin, true));
    if (origin === this.#origin) return (this.#fresh ??= this.#make(origin, false));
    // Each over a connection of its own.
    return (this.#others ??= new Agent({
      factory: (other) => this.#make(new URL(other).origin, false),
    }));
  }

  async close(): Promise<void> {
    await Promise.all([this.#pool?.destroy(), this.#fresh?.destroy(), this.#others?.destroy()]);
  }

  #make(origin: string, keepAlive: boolean): Dispatcher {
    return connectionPool({ origin, connectTimeoutMs: this.#connectTimeoutMs, keepAlive });
  }
}
