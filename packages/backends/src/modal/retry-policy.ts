import { setTimeout as sleep } from "node:timers/promises";
import { failureKind } from "./client/modal-failure.ts";

/** How long something is tried again while Modal cannot be reached, or has no room. */
export interface RetryPolicy {
  /** Longest wait before the second try, in ms; the waits double, with jitter. */
  firstMs: number;
  /** Longest wait before any try. */
  mostMs: number;
  /** After so long no further try is begun. */
  forMs: number;
}

/**
 * Tries until it works, for what may pass: a network that is gone for a while, a workspace at its limit. What will
 * not pass is thrown at once, and so is the last failure when the time is over or `signal` aborts.
 */
export async function withRetries<T>(
  call: () => Promise<T>,
  { firstMs, mostMs, forMs }: RetryPolicy,
  signal?: AbortSignal,
): Promise<T> {
  const until = Date.now() + forMs;
  for (let tried = 0; ; tried += 1) {
    try {
      return await call();
    } catch (error) {
      const kind = failureKind(error);
      if (kind !== "unavailable" && kind !== "throttled") throw error;
      // Half of it is fixed, so that a short series of tries cannot come to an end within milliseconds.
      const wait = (0.5 + Math.random() / 2) * Math.min(mostMs, firstMs * 2 ** tried);
      if (signal?.aborted || Date.now() + wait > until) throw error;
      await sleep(wait, undefined, signal === undefined ? {} : { signal }).catch(() => {});
      if (signal?.aborted) throw error;
    }
  }
}
