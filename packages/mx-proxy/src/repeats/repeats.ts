import type { Request } from "@mx/records";
import type { TrialClaims } from "@mx/keys";
import { createHash } from "node:crypto";
import type { Refusal } from "../call/openai-error.ts";

/** So many requests that failed are remembered; those that failed longest ago go first. */
const mostRemembered = 10_000;

/** What a call asks, as far as it makes it the same call as another one. */
export interface Repeated {
  method: string;
  /** Path and query. */
  url: string;
  body: Buffer | null;
  trial: TrialClaims | null;
}

interface Failure {
  status: number;
  error: string;
  /** How often in a row. */
  times: number;
  /** Length of the request's body. */
  bytes: number;
}

/** Statuses that may come of what was asked; the others speak of how busy a server is, or of whether it is there. */
const ofRequest = new Set([409, 500, 504]);

/**
 * Knows which requests failed with the same error time and again. Clients, agents and runs all try again what has
 * failed, and none of them knows of the others: here their tries are counted together.
 */
export class Repeats {
  readonly #limit: number;
  readonly #failures = new Map<string, Failure>();
  /** How many of the failures have a body of this length: a digest costs as much as the body is long. */
  readonly #lengths = new Map<number, number>();

  /** A request that has failed `limit` times in a row with the same error is not made again; 0: it always is. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Why this call is not made; null: it is. */
  refusal(call: Repeated): Refusal | null {
    const failure = this.#find(call);
    if (failure === undefined || failure.times < this.#limit) return null;
    const { status, error, times } = failure;
    const message =
      `this request has failed ${times} times in a row with the same error, and is not sent again ` +
      `(--same-error-limit): ${error}`;
    return { status, code: "same_error", message };
  }

  /** A call has ended. */
  settle(call: Repeated, { status, state, error = "", attempts, cache }: Request): void {
    if (this.#limit === 0 || attempts === 0 || cache === "replay") return;
    if (state === "ok") return this.#forget(call);
    if (state !== "error" || status === null) return;
    if (!ofRequest.has(status) && !error.startsWith("upstream_reset:")) return;
    const before = this.#find(call);
    const same = before?.status === status && before.error === error;
    this.#forget(call);
    const failure = { status, error, times: same ? before.times + 1 : 1, bytes: bytes(call) };
    this.#failures.set(digest(call), failure);
    this.#lengths.set(failure.bytes, (this.#lengths.get(failure.bytes) ?? 0) + 1);
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > mostRemembered && oldest !== undefined) this.#delete(oldest);
  }

  #find(call: Repeated): Failure | undefined {
    return this.#lengths.has(bytes(call)) ? this.#failures.get(digest(call)) : undefined;
  }

  #forget(call: Repeated): void {
    if (this.#lengths.has(bytes(call))) this.#delete(digest(call));
  }

  #delete(name: string): void {
    const failure = this.#failures.get(name);
    if (failure === undefined) return;
    this.#failures.delete(name);
    const left = (this.#lengths.get(failure.bytes) ?? 1) - 1;
    if (left === 0) this.#lengths.delete(failure.bytes);
    else this.#lengths.set(failure.bytes, left);
  }
}

function bytes({ body }: Repeated): number {
  return body?.length ?? 0;
}

function digest({ method, url, body, trial }: Repeated): string {
  const hash = createHash("sha256").update(
    `${JSON.stringify([method, url, trial?.key ?? null])}\n`,
  );
  if (body !== null) hash.update(body);
  return hash.digest("base64");
}
