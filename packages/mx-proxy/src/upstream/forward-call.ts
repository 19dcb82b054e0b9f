import type { ResultClaim } from "../journal/result-claim.ts";
import type { Lanes } from "./lanes.ts";
import type { RetryPolicy } from "./retries.ts";
import type { Reply, UpstreamRequest } from "./upstream.ts";

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
  request: UpstreamRequest;
  reply: Reply;
  limits: CallLimits;
  retries: RetryPolicy;
  lanes: Lanes;
  /** The call's result, once an upstream works on it by itself. */
  results: ResultClaim;
  /** Tokens that it is expected to take. */
  tokens: number;
  /** Called once when the call is over. */
  over(): void;
}
