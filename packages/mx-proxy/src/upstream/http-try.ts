import type { Dispatcher } from "undici";
import type { PooledOptions } from "./connection-pool.ts";
import { HeldReply } from "./held-reply.ts";
import type { ReplyHead } from "./upstream.ts";

/** Hears what becomes of a try: `started`, then `head`, `data` and `end`; or `failed` at any point. */
export interface TryListener {
  started(): void;
  head(head: ReplyHead): void;
  /** False: send no more until `resume` is called. */
  data(chunk: Buffer): boolean;
  end(): void;
  failed(error: Error): void;
  /** What was held is there, `whole` or as far as it came. True: it is passed on, so that `end` or `failed` follows. */
  held(held: HeldReply, whole: boolean): boolean;
  /** What was held is too long or too slow. It is held no longer: `data` follows. False: send no more for now. */
  cut(held: HeldReply): boolean;
}

/** How long a reply that is held can take to come to its end, in ms. */
const heldMs = 5000;

/** One HTTP request, once. After `abort` its listener hears no more of it. */
export class HttpTry implements Dispatcher.DispatchHandler {
  /** True once the request has gone out. */
  sent = false;
  /** True: on a connection that had carried other calls before. */
  reused = false;
  readonly #listener: TryListener;
  readonly #options: PooledOptions;
  #controller: Dispatcher.DispatchController | null = null;
  #held: HeldReply | null = null;
  #timer: NodeJS.Timeout | null = null;
  #over = false;

  constructor(options: Dispatcher.DispatchOptions, listener: TryListener) {
    // A copy, because the pool notes in it which connection the call got.
    this.#options = { ...options };
    this.#listener = listener;
  }

  send(dispatcher: Dispatcher): void {
    dispatcher.dispatch(this.#options, this);
  }

  /** Keeps the reply that begins with this head, instead of handing it on as it comes. */
  hold(head: ReplyHead): void {
    this.#held = new HeldReply(head);
    this.#timer = setTimeout(() => {
      if (!this.#cut()) this.#controller?.pause();
    }, heldMs);
  }

  abort(reason: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#release();
    const error = new Error(reason);
    // A connection that is not there yet was being made for this call alone.
    if (this.#controller === null) this.#options.connection?.socket?.destroy(error);
    else this.#controller.abort(error);
  }

  resume(): void {
    if (!this.#over) this.#controller?.resume();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#over) return controller.abort(new Error("the call was given up"));
    const { connection } = this.#options;
    this.reused = connection !== undefined && connection.calls > 0;
    if (connection !== undefined) connection.calls += 1;
    this.sent = true;
    this.#listener.started();
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    _headers: unknown,
    message?: string,
  ): void {
    if (this.#over || status < 200) return;
    const raw = (controller.rawHeaders ?? []) as (Buffer | string)[];
    const headers = raw.map((part) => (typeof part === "string" ? part : part.toString("latin1")));
    // It was read as UTF-8, which no status line can be written as: this gives its bytes back.
    const phrase = Buffer.from(message ?? "").toString("latin1");
    this.#listener.head({ status, message: phrase, headers });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#over) return;
    const room =
      this.#held === null ? this.#listener.data(chunk) : this.#held.push(chunk) || this.#cut();
    if (!room && !this.#over) controller.pause();
  }

  onResponseEnd(): void {
    if (this.#over) return;
    this.#over = true;
    const held = this.#release();
    if (held === null || this.#listener.held(held, true)) this.#listener.end();
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (this.#over) return;
    this.#over = true;
    const held = this.#release();
    if (held === null || this.#listener.held(held, false)) this.#listener.failed(error);
  }

  #cut(): boolean {
    const held = this.#release();
    return held === null || this.#listener.cut(held);
  }

  /** What was held; null: nothing was. */
  #release(): HeldReply | null {
    const held = this.#held;
    this.#held = null;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    return held;
  }
}
