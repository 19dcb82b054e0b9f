import type { Exchange, Reply } from "../upstream/upstream.ts";

/** A reply that a script plays. */
export interface Scene {
  status: number;
  headers: string[];
  /** The body. */
  pieces: string[];
  /** Waits before the reply begins, in ms. */
  delayMs: number;
  /** True: the reply never begins. */
  hang: boolean;
  /** True: the reply breaks off after its last piece. */
  truncate: boolean;
}

/** A reply from a script on its way, no faster than the client takes it. */
export class ScriptedExchange implements Exchange {
  readonly attempts = 1;
  readonly sent = true;
  readonly upstream = "scripted";
  readonly model = null;
  readonly tries = [];
  readonly queueMs = 0;
  readonly cache = "off";
  readonly #scene: Scene;
  readonly #reply: Reply;
  readonly #timer: NodeJS.Timeout | NodeJS.Immediate | null;
  #next = 0;
  #over = false;

  constructor(scene: Scene, reply: Reply) {
    this.#scene = scene;
    this.#reply = reply;
    // Never at once: the caller has to know the exchange before the reply begins.
    if (scene.hang) this.#timer = null;
    else if (scene.delayMs > 0) this.#timer = setTimeout(() => this.#begin(), scene.delayMs);
    else this.#timer = setImmediate(() => this.#begin());
  }

  abort(): void {
    this.#over = true;
    clearTimeout(this.#timer as NodeJS.Timeout | undefined);
    clearImmediate(this.#timer as NodeJS.Immediate | undefined);
  }

  resume(): void {
    this.#play();
  }

  #begin(): void {
    const { status, headers } = this.#scene;
    this.#reply.head({ status, message: "", headers });
    this.#play();
  }

  #play(): void {
    const { pieces, truncate } = this.#scene;
    while (!this.#over && this.#next < pieces.length) {
      const piece = pieces[this.#next] ?? "";
      this.#next += 1;
      if (!this.#reply.data(Buffer.from(piece)) && this.#next < pieces.length) return;
    }
    if (this.#over) return;
    this.#over = true;
    const message = "the reply broke off, as the script asks for";
    if (truncate) this.#reply.fail({ code: "upstream_truncated", message });
    else this.#reply.end();
  }
}
