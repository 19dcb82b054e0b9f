import type { TrialClaims } from "@mx/keys";
import type { Request } from "@mx/records";
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
  /** What calls of one conversation have in common, from the header x-mx-session; null or undefined: not said. */
  session?: string | null;
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
  /** Times that the call was tried, where it is no use that the client tries again. */
  attempts?: number | undefined;
}

/** What an upstream tells: `head` once, `data` any number of times, then either `end` or `fail`; or `fail` alone. */
export interface Reply {
  head(head: ReplyHead): void;
  /** False: send no more until `Exchange.resume` is called. */
  data(chunk: Buffer): boolean;
  end(): void;
  fail(fault: UpstreamFault): void;
}

/** One time that a call went to an upstream. */
export type Try = NonNullable<Request["tries"]>[number];

/** A call that is under way, or over: the record of the call is made from what it says. */
export interface Exchange {
  /** Times that the call was tried, so far; following redirects to its result is part of a try. */
  readonly attempts: number;
  /** True once the call has gone out: from then on it may have cost tokens. */
  readonly sent: boolean;
  /** Name of the upstream that was called last, which the reply comes from; null: none was. */
  readonly upstream: string | null;
  /** Model that this upstream was asked for; null: the one that the call names. */
  readonly model: string | null;
  /** The tries that failed, and the last one; empty: not kept, because there was one at most. */
  readonly tries: readonly Try[];
  /** Time in ms that the call has waited for a place at an upstream; 0: none. */
  readonly queueMs: number;
  /** Whether the reply was stored before. */
  readonly cache: Request["cache"];
  /** USD that this call costs where its upstream is paid by the hour; undefined: it is paid by token. */
  readonly costUsd?: number | null | undefined;
  /** Ends the call at once, in whatever phase it is. The reply hears no more. */
  abort(): void;
  /** Go on after `data` said false. */
  resume(): void;
  /** Hears once how the call ended, whatever its end, and before its client can know. */
  settled?(state: Request["state"]): void;
  /** Hears after that what the call came to, as its record says it. */
  used?(usage: Request["usage"]): void;
  /** Hears last that the client is done with the reply; `delivered`: it was still there when the end of it went out. */
  closed?(delivered: boolean): void;
}

/** An upstream that is not there yet. */
export interface Waking {
  /** Calls that wait for it. */
  calls: number;
  /** For how long it has been waited for. */
  seconds: number;
}

/** How one upstream is doing, for /mx/status and /metrics. */
export interface UpstreamState {
  name: string;
  /** Where it is, without credentials. */
  address: string;
  /** Calls that it is working on. */
  active: number;
  /** Calls that wait for a place at it. */
  queued: number;
  /** Calls that it may work on at once; null: any number. */
  concurrency: number | null;
  /** open: it failed time and again and is passed over where another can answer; half_open: one call tries it. */
  breaker: "closed" | "open" | "half_open";
  /** Null: nobody waits for it to wake up. */
  waking: Waking | null;
}

/** What answers model calls: a script, a recording, or the router in front of any number of APIs. */
export interface Upstream {
  /** Ids of the models that can be asked for; empty: nobody says. Never throws. */
  models(): Promise<string[]>;
  /** Each API behind it, or itself. */
  states(): UpstreamState[];
  /** Names under which a model may be asked for upstream, for its price; the model itself where nothing renames it. */
  modelsSent(model: string): string[];
  /** True where all that can answer for this model is paid by the hour, so that no price by token is needed. */
  paidByHour?(model: string): boolean;
  call(request: UpstreamRequest, reply: Reply): Exchange;
  /** Ends everything that is still under way. */
  close(): Promise<void>;
}
