import type { Dispatcher } from "undici";
import type { ColdStart } from "./cold-start.ts";
import type { RetryPolicy } from "./retries.ts";
import type { Reply } from "./upstream.ts";

/** Limits of one forwarded call, in ms. */
export interface CallLimits {
  /** From sending the call to the head of the reply, over all redirects to its result. */
  firstByteMs: number;
  /** Between two pieces of the reply. */
  idleMs: number;
  /** For an upstream to wake up; 0: nobody waits for that. */
  coldStartMs: number;
}

export interface ForwardCall {
  /** What records call the upstream. */
  name: string;
  reply: Reply;
  limits: CallLimits;
  retries: RetryPolicy;
  cold: ColdStart;
  /** What sends to an origin; with `fresh` over a connection that was never used before. */
  dispatcher(origin: string, fresh: boolean): Dispatcher;
}
