import type { Endpoint } from "@mx/records";
import { ExitCode, MxError } from "@mx/cli";
import { setTimeout as sleep } from "node:timers/promises";
import { logTail } from "../../servers/log-tail.ts";
import type { RunningServer, ServerEnd } from "../place.ts";
import { endText, type Keeper } from "./keeper.ts";
import type { PortOwner, PortWatch } from "./port-watch.ts";

const lookMs = 150;
/** How often is looked whether the port is still the server's, in ms, and how often it may not be. */
const portEveryMs = 2_000;
const mostLost = 2;

export interface LocalServerOptions {
  endpoint: Endpoint;
  keeper: Keeper;
  watch: PortWatch;
  /** Path of its log. */
  log: string;
  key: string | null;
  graceMs: number;
  /** Aborts to cut the waiting for an orderly end short. */
  hurry: AbortSignal;
}

/** A server of this machine that we use. */
export class LocalServer implements RunningServer {
  endpoint: Endpoint;
  readonly ended: Promise<ServerEnd>;
  readonly #options: LocalServerOptions;
  readonly #over = new AbortController();
  /** Set once it has been ready: from then on it has to keep its port. */
  #ready = false;

  constructor(options: LocalServerOptions) {
    this.#options = options;
    this.endpoint = options.endpoint;
    this.ended = this.#watch();
  }

  /** It answers, under this endpoint. */
  isReady(endpoint: Endpoint): void {
    this.endpoint = endpoint;
    this.#ready = true;
  }

  /** The last lines of its log, its key masked. */
  tail(lines?: number): Promise<string> {
    const { log, key } = this.#options;
    return logTail(log, key, lines);
  }

  /** Throws MxError 69 `port_lost` where somebody else answers on its port. */
  async checkPort(): Promise<void> {
    const owner = await this.#options.watch.owner();
    if (owner.kind !== "stranger") return;
    throw new MxError(this.#lostPort(owner), {
      code: "port_lost",
      exitCode: ExitCode.unavailable,
      hint: "end that process, or leave --port out for a free one",
    });
  }

  /** Has it outlive this process. */
  stay(): void {
    this.#options.keeper.stay();
  }

  /** A process stays where it is. */
  onMove(): void {}

  /** `within` ms it ends in order, or is ended by force. */
  async stop(within = this.#options.graceMs): Promise<void> {
    this.#over.abort();
    const { keeper, hurry, graceMs } = this.#options;
    await keeper.end(graceMs, AbortSignal.any([hurry, AbortSignal.timeout(within)]));
  }

  release(): Promise<void> {
    this.#over.abort();
    this.#options.keeper.letGo();
    return Promise.resolve();
  }

  async #watch(): Promise<ServerEnd> {
    const { keeper, watch } = this.#options;
    let lost = 0;
    let lookedAt = performance.now();
    for (;;) {
      if (keeper.alive === false) return this.#end(await this.#howItEnded());
      if (this.#ready && performance.now() - lookedAt >= portEveryMs) {
        lookedAt = performance.now();
        const owner = await watch.owner();
        lost = owner.kind === "nobody" || owner.kind === "stranger" ? lost + 1 : 0;
        if (lost >= mostLost) {
          return this.#end(this.#lostPort(owner));
        }
      }
      try {
        await sleep(lookMs, undefined, { signal: this.#over.signal });
      } catch {
        // It is not ours to watch any more, and this promise is not waited for.
        return new Promise(() => {});
      }
    }
  }

  #lostPort(owner: PortOwner): string {
    const { name, base_url } = this.endpoint;
    const what = `${name} does not have its port ${new URL(base_url).port}`;
    return owner.kind === "stranger"
      ? `${what}: ${owner.who.name} (process ${owner.who.pid}) has it`
      : `${what} any more: nobody listens there`;
  }

  async #howItEnded(): Promise<string> {
    const status = await this.#options.keeper.exitStatus();
    const { name } = this.endpoint;
    return status === null ? `${name} was killed` : `${name} ended with ${endText(status)}`;
  }

  async #end(reason: string): Promise<ServerEnd> {
    return { reason, tail: await this.tail() };
  }
}
