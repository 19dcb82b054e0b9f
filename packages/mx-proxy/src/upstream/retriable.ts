import { header } from "../call/headers.ts";
import type { HeldReply } from "./held-reply.ts";
import type { Retries } from "./retries.ts";
import type { ReplyHead } from "./upstream.ts";

/** Replies that another try may better. */
const again = new Set([408, 409, 429, 500, 502, 503, 504, 529]);
/** Of those, what may come from the way to a result; the others are the result. */
const readAgain = new Set([408, 429, 502, 503, 504]);

/** True: this is no answer to the call, and another try may get one. `reading`: only a result is being read. */
export function isRetriable({ status, headers }: ReplyHead, reading: boolean): boolean {
  if (reading) return readAgain.has(status);
  // What OpenAI's servers tell their own clients.
  return again.has(status) && header(headers, "x-should-retry") !== "false";
}

/** True: a retriable reply that would be the same the next time. `elsewhere`: that would be at another upstream. */
export function isFinal(held: HeldReply, retries: Retries, elsewhere: boolean): boolean {
  const { status } = held.head;
  const body = held.body();
  // No patience helps against an empty account.
  if (status === 429 && body.includes('"insufficient_quota"')) return !elsewhere;
  // The others speak of how busy the server is; these may come of what was asked.
  if (status === 409 || status === 500)
    return retries.hopeless(`${status} ${body.toString("latin1")}`);
  retries.otherError();
  return false;
}
