import { setMaxListeners } from "node:events";
import { endProcess } from "./end-process.ts";

/** How long the second signal waits for the program to clean up. */
const graceMs = 1_000;
/** A signal that comes again so soon was passed on by a parent (npx, tsx) that got it from the terminal too. */
const echoMs = 20;

const codes = { SIGINT: 130, SIGTERM: 143 } as const;

/** What SIGINT and SIGTERM do: the first stops, the second aborts and soon ends the process, the third ends it. */
export class Signals implements Disposable {
  readonly stop = new AbortController();
  readonly abort = new AbortController();
  /** A signal that is a second one at once. */
  hurriesOn: "SIGTERM" | undefined;
  #exitCode: number | null = null;
  #lastAt = -Infinity;
  #grace: NodeJS.Timeout | undefined;

  constructor() {
    // A run at --parallel 200 has hundreds that wait, and would be taken for a leak.
    setMaxListeners(0, this.stop.signal, this.abort.signal);
    process.on("SIGINT", this.#onSignal).on("SIGTERM", this.#onSignal);
  }

  /** 130 or 143 after a signal, else null. */
  get exitCode(): number | null {
    return this.#exitCode;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#grace);
    process.off("SIGINT", this.#onSignal).off("SIGTERM", this.#onSignal);
  }

  readonly #onSignal = (signal: "SIGINT" | "SIGTERM"): void => {
    const now = performance.now();
    const isEcho = now - this.#lastAt < echoMs;
    this.#lastAt = now;
    if (isEcho) return;
    this.#exitCode ??= codes[signal];
    // A program that is ending already, because nobody reads its output, is told to hurry.
    const isLast = this.stop.signal.aborted || signal === this.hurriesOn;
    this.stop.abort();
    if (!isLast) return;
    if (!this.abort.signal.aborted) {
      this.abort.abort();
      this.#grace = setTimeout(() => this.#end(), graceMs);
    } else {
      this.#end();
    }
  };

  /** For what does not clean up in time: whoever asks twice is not kept waiting. */
  #end(): void {
    endProcess(this.#exitCode ?? 1);
  }
}
