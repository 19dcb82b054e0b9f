/** One RPC that arrived. */
export interface RecordedCall {
  /** Name in the .proto file, as in `SandboxCreateV2`. */
  rpc: string;
  /** The decoded request; null for a stream of requests. */
  request: unknown;
  /** The client's `x-idempotency-key`, the same for every try of one call; null where it sent none. */
  idempotencyKey: string | null;
  /** Milliseconds since 1970. */
  at: number;
}

const kept = 20_000;
const keptBytes = 1024;

/** The RPCs that arrived: all are counted, the last 20,000 are kept, with no more than the first kilobyte of their data. */
export class CallLog {
  readonly #calls: RecordedCall[] = [];
  readonly #counts = new Map<string, number>();

  add(call: RecordedCall): void {
    this.#counts.set(call.rpc, (this.#counts.get(call.rpc) ?? 0) + 1);
    if (this.#calls.push({ ...call, request: withoutBulk(call.request) }) > kept * 1.1)
      this.#calls.splice(0, this.#calls.length - kept);
  }

  get calls(): readonly RecordedCall[] {
    return this.#calls;
  }

  /** How often each RPC arrived, retries included. */
  counts(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }
}

function withoutBulk(request: unknown): unknown {
  const data = (request as { data?: unknown } | null)?.data;
  if (!(data instanceof Uint8Array) || data.length <= keptBytes) return request;
  return { ...(request as object), data: Buffer.from(data.subarray(0, keptBytes)) };
}
