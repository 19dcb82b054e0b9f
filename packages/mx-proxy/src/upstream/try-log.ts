import type { Try } from "./upstream.ts";

/** So many of a call's tries are kept: the first ones, and the last. */
const mostKept = 20;

/** The tries of one call, for its record. */
export class TryLog {
  readonly #failed: Try[] = [];

  /** A try came to nothing. */
  failed(upstream: string, status: number | null, error: string | null): void {
    if (this.#failed.length === mostKept - 1) this.#failed.pop();
    this.#failed.push(one(upstream, status, error));
  }

  /** The tries that failed, and the last one. */
  with(upstream: string, status: number | null, error: string | null): readonly Try[] {
    return [...this.#failed, one(upstream, status, error)];
  }
}

function one(upstream: string, status: number | null, error: string | null): Try {
  return { upstream, status, ...(error === null ? {} : { error }) };
}
