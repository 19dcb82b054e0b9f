import { setTimeout as sleep } from "node:timers/promises";
import { ServerError, Status, type CallContext } from "nice-grpc";
import { askToRetry } from "./retry-policy.ts";
import { unavailable, type StatusName } from "./status.ts";

/** Something that goes wrong with calls of one RPC. */
export interface Fault {
  /** Name in the .proto file, as in `SandboxCreateV2` or `TaskExecStdioRead`; `*` is any. */
  rpc: string;
  /** How many calls it strikes. Default: 1. */
  times?: number;
  /** How many matching calls go well before it strikes. Default: 0. */
  skip?: number;
  /** Answer with this error. */
  error?: {
    code: StatusName;
    message?: string;
    /** Seconds that the client is asked to wait before it comes back. */
    retryAfterSecs?: number;
  };
  /** True: the error comes after the call has had its effect, as when the answer is lost on its way. */
  after?: boolean;
  /** Milliseconds before anything else happens. */
  delayMs?: number;
  /** Never answer. */
  hang?: boolean;
  /** Break a stream of replies with UNAVAILABLE once this many bytes of `data` went over it. */
  cutStreamAfterBytes?: number;
  /** Strikes only calls whose request it returns true for. */
  when?: (request: unknown) => boolean;
}

/** A fault that was added, for looking at and taking away. */
export interface AddedFault {
  /** How many calls it has struck. */
  readonly hits: number;
  remove(): void;
}

interface Rule {
  fault: Fault;
  seen: number;
  hits: number;
}

/** The faults that are in force. */
export class Faults {
  readonly #rules = new Set<Rule>();

  add(fault: Fault): AddedFault {
    const rule: Rule = { fault, seen: 0, hits: 0 };
    this.#rules.add(rule);
    return {
      get hits() {
        return rule.hits;
      },
      remove: () => void this.#rules.delete(rule),
    };
  }

  clear(): void {
    this.#rules.clear();
  }

  /** The fault that strikes this call, if any; counts it. */
  strike(rpc: string, request: unknown): Fault | null {
    for (const rule of this.#rules) {
      const { fault } = rule;
      if (fault.rpc !== rpc && fault.rpc !== "*") continue;
      if (fault.when !== undefined && !fault.when(request)) continue;
      rule.seen += 1;
      if (rule.seen <= (fault.skip ?? 0)) continue;
      if (rule.hits >= (fault.times ?? 1)) continue;
      rule.hits += 1;
      return fault;
    }
    return null;
  }
}

/** What a fault does before the call has an effect. */
export async function beforeEffect(fault: Fault | null, call: CallContext): Promise<void> {
  if (fault === null) return;
  if (fault.delayMs !== undefined) await sleep(fault.delayMs, undefined, { signal: call.signal });
  if (fault.hang === true) await aborted(call.signal);
  if (fault.after !== true) fail(fault, call);
}

/** What a fault does to a call that has had its effect. */
export function afterEffect(fault: Fault | null, call: CallContext): void {
  if (fault?.after === true) fail(fault, call);
}

/** Passes items on until the fault cuts their stream. */
export async function* cutStream<T>(
  items: AsyncIterable<T>,
  fault: Fault | null,
): AsyncGenerator<T> {
  let left = fault?.cutStreamAfterBytes ?? Infinity;
  for await (const item of items) {
    const data = (item as { data?: unknown }).data;
    if (data instanceof Uint8Array) {
      if (data.length >= left) {
        yield { ...item, data: data.subarray(0, left) };
        throw unavailable("injected: the stream was cut");
      }
      left -= data.length;
    }
    yield item;
  }
}

function fail({ error }: Fault, call: CallContext): void {
  if (error === undefined) return;
  if (error.retryAfterSecs !== undefined) askToRetry(call, error.retryAfterSecs);
  throw new ServerError(Status[error.code], error.message ?? `injected: ${error.code}`);
}

async function aborted(signal: AbortSignal): Promise<never> {
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  throw new ServerError(Status.CANCELLED, "the client went away");
}
