import type { TrialClaims } from "@mx/keys";
import type { Asked } from "../call/asked.ts";

/** One call as an upstream gets it: who calls is settled, the body is there as a whole. */
export interface UpstreamRequest {
  /** HTTP method, upper case. */
  method: string;
  /** Path and query as the client sent them, from `/v1` on. */
  path: string;
  /** Header names and values in turn, as the client sent them, without hop-by-hop ones and without keys. */
  headers: string[];
  /** The bytes to send; null: no body. */
  body: Buffer | null;
  /** What the body asks for. */
  asked: Asked;
  /** The trial that calls, as its key says; null: the call carries the admin key. */
  trial: TrialClaims | null;
  /** What the call is about. */
  subject: Subject;
  /** True: one try must do; the caller can go without an answer. */
  once?: boolean;
}

/** Which task a call is about: from the trial key, or from the x-mx- headers of a caller with the admin key. */
export interface Subject {
  /** Task id; null: not said. */
  task: string | null;
  /** Which go at the task, from 0. */
  trial: number;
  /** Which try at the trial, from 0. */
  attempt: number;
}

/** Status line and headers of a reply. */
export interface ReplyHead {
  status: number;
  /** Reason phrase; empty: the usual one. */
  message: string;
  /** Header names and values in turn, as the upstream sent them. */
  headers: string[];
}

/** Why there is no reply, or no whole one. */
export interface UpstreamFault {
  /** Stable name: upstream_unreachable, upstream_reset, upstream_timeout, upstream_truncated, bad_request. */
  code: string;
  /** What happened, for a person. */
  message: string;
}

/** What an upstream tells: `head` once, `data` any number of times, then either `end` or `fail`; or `fail` alone. */
export interface Reply {
  head(head: ReplyHead): void;
  /** False: send no more until `Exchange.resume` is called. */
  data(chunk: Buffer): boolean;
  end(): void;
  fail(fault: UpstreamFault): void;
}

/** A call that is under way. */
export interface Exchange {
  /** Times that the call was tried, so far; following redirects to its result is part of a try. */
  readonly attempts: number;
  /** True once the call has gone out: from then on it may have cost tokens. */
  readonly sent: boolean;
  /** Ends the call at once, in whatever phase it is. The reply hears no more. */
  abort(): void;
  /** Go on after `data` said false. */
  resume(): void;
}

/** An upstream that is not there yet. */
export interface Waking {
  /** Calls that wait for it. */
  calls: number;
  /** For how long it has been waited for. */
  seconds: number;
}

/** Something that answers model calls. */
export interface Upstream {
  /** What records call it. */
  readonly name: string;
  /** Where it is, without credentials. */
  readonly address: string;
  /** Ids of the models that it serves; empty: it does not say. Never throws. */
  models(): Promise<string[]>;
  /** Null: nobody waits for it to wake up. Absent: it is always there. */
  waking?(): Waking | null;
  call(request: UpstreamRequest, reply: Reply): Exchange;
  /** Ends everything that is still under way. */
  close(): Promise<void>;
}
