import type { Exchange, Reply, ReplyHead, UpstreamFault } from "../upstream/upstream.ts";

/** A reply that is known before anybody asks for it. */
export interface Scene {
  /** Null: the call fails before a head. */
  head: ReplyHead | null;
  /** The body. */
  pieces: readonly Buffer[];
  /** When each piece is due, in ms after the call; empty: all of them at once. */
  dueMs: readonly number[];
  /** Waits before the reply begins, in ms. */
  delayMs: number;
  /** True: the reply never begins. */
  hang: boolean;
  /** How it ends after its last piece; null: as a whole. */
  fault: UpstreamFault | null;
}

/** What the record of a played call says about where the reply comes from. */
export type PlayedFrom = Pick<Exchange, "attempts" | "sent" | "upstream" | "cache">;

/** A known reply on its way, no faster than it is due and than the client takes it. */
export class PlayedExchange implements Exchange {
  readonly attempts: number;
  readonly sent: boolean;
  readonly upstream: string | null;
  readonly cache: Exchange["cache"];
  readonly model = null;
  readonly tries = [];
  readonly queueMs = 0;
  readonly #scene: Scene;
  readonly #reply: Reply;
  readonly #began = performance.now();
  #timer: NodeJS.Timeout | null = null;
  #begin: NodeJS.Immediate | null = null;
  #next = 0;
  #paused = false;
  #over = false;

  constructor(scene: Scene, reply: Reply, from: PlayedFrom) {
    this.#scene = scene;
    this.#reply = reply;
    ({ attempts: this.attempts, sent: this.sent, upstream: this.upstream } = from);
    this.cache = from.cache;
    // Never at once: the caller has to know the exchange before the reply begins.
    if (scene.hang) return;
    if (scene.delayMs > 0) this.#timer = setTimeout(() => this.#start(), scene.delayMs);
    else this.#begin = setImmediate(() => this.#start());
  }

  abort(): void {
    this.#over = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#begin !== null) clearImmediate(this.#begin);
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#play();
  }

  #start(): void {
    const { head } = this.#scene;
    if (head !== null) this.#reply.head(head);
    this.#play();
  }

  #play(): void {
    const { pieces, dueMs, fault } = this.#scene;
    while (!this.#over && this.#next < pieces.length) {
      const wait = (dueMs[this.#next] ?? 0) - (performance.now() - this.#began);
      if (wait > 0) {
        this.#timer = setTimeout(() => this.#play(), wait);
        return;
      }
      const piece = pieces[this.#next] ?? Buffer.alloc(0);
      this.#next += 1;
      if (!this.#reply.data(piece)) {
        this.#paused = true;
        return;
      }
    }
    if (this.#over) return;
    this.#over = true;
    if (fault === null) this.#reply.end();
    else this.#reply.fail(fault);
  }
}
