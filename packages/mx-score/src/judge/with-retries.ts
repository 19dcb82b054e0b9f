import { setTimeout as sleep } from "node:timers/promises";
import { CallError } from "./call-error.ts";

/** How often and when to try again. */
export interface RetryPolicy {
  /** Tries after the first. */
  retries: number;
  /** The first pause, in ms; each further one is twice as long, up to `capMs`. Each is drawn from 0 to that. */
  baseMs: number;
  capMs: number;
  /** The longest pause that a server can ask for, in ms. */
  askedCapMs: number;
}

/**
 * Tries again what another try may cure, as a CallError says; anything else that is thrown ends it. Ends also in the
 * middle of a pause once `signal` has aborted.
 */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  policy: RetryPolicy,
  signal: AbortSignal,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      const allowed = { none: 0, one: Math.min(1, policy.retries), more: policy.retries };
      if (tries > allowed[error.tries]) throw error;
      await sleep(pauseMs(tries, error.retryAfterMs, policy), undefined, { signal });
    }
  }
}

/** How long to wait after so many tries, in ms. */
export function pauseMs(
  tries: number,
  askedMs: number | null,
  { baseMs, capMs, askedCapMs }: RetryPolicy,
  random: () => number = Math.random,
): number {
  const jitter = random() * Math.min(capMs, baseMs * 2 ** (tries - 1));
  if (askedMs === null) return jitter;
  // A little later than asked, so that not all who were told the same time come at once.
  return Math.min(askedCapMs, askedMs) + Math.min(jitter, 1000);
}
