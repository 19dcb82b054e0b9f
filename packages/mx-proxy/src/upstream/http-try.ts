import type { Dispatcher } from "undici";
import type { PooledOptions } from "./connection-pool.ts";
import type { ReplyHead } from "./upstream.ts";

/** Hears what becomes of a try: `started`, then `head`, `data` and `end`; or `failed` at any point. */
export interface TryListener {
  started(): void;
  head(head: ReplyHead): void;
  /** False: send no more until `resume` is called. */
  data(chunk: Buffer): boolean;
  end(): void;
  failed(error: Error): void;
}

/** One HTTP request, once. After `abort` its listener hears no more of it. */
export class HttpTry implements Dispatcher.DispatchHandler {
  /** True once the request has gone out. */
  sent = false;
  /** True: on a connection that had carried other calls before. */
  reused = false;
  headSeen = false;
  readonly #listener: TryListener;
  readonly #options: PooledOptions;
  #controller: Dispatcher.DispatchController | null = null;
  #over = false;

  constructor(options: Dispatcher.DispatchOptions, listener: TryListener) {
    // A copy, because the pool notes in it which connection the call got.
    this.#options = { ...options };
    this.#listener = listener;
  }

  send(dispatcher: Dispatcher): void {
    dispatcher.dispatch(this.#options, this);
  }

  abort(reason: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#controller?.abort(new Error(reason));
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
    this.headSeen = true;
    const raw = (controller.rawHeaders ?? []) as (Buffer | string)[];
    const headers = raw.map((part) => (typeof part === "string" ? part : part.toString("latin1")));
    this.#listener.head({ status, message: message ?? "", headers });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#over || this.#listener.data(chunk)) return;
    if (!this.#over) controller.pause();
  }

  onResponseEnd(): void {
    if (this.#over) return;
    this.#over = true;
    this.#listener.end();
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#listener.failed(error);
  }
}
