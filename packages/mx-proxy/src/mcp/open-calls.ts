import type { RequestId } from "@modelcontextprotocol/sdk/types.js";
import type { EventStream } from "./event-stream.ts";
import type { PendingCall } from "./mcp-record.ts";

/** A call that is under way. */
export interface OpenCall extends PendingCall {
  /** Where its answer goes. */
  reply: EventStream;
}

/** The calls of one session that are under way, by the ids that the client gave them. */
export class OpenCalls {
  readonly #calls = new Map<RequestId, OpenCall>();

  get size(): number {
    return this.#calls.size;
  }

  has(id: RequestId): boolean {
    return this.#calls.has(id);
  }

  add(call: OpenCall): void {
    this.#calls.set(call.request.id, call);
  }

  /** Takes out a call that has ended; undefined: there is no such call. */
  take(id: RequestId | undefined): OpenCall | undefined {
    const call = id === undefined ? undefined : this.#calls.get(id);
    if (call !== undefined) this.#calls.delete(call.request.id);
    return call;
  }

  /** Takes out all of them. */
  takeAll(): OpenCall[] {
    const all = [...this.#calls.values()];
    this.#calls.clear();
    return all;
  }

  /** True where one of them is to be answered there. */
  waitFor(reply: EventStream): boolean {
    return this.#find((call) => call.reply === reply) !== undefined;
  }

  /** Where the call is answered that its client wants to hear the progress of by this token. */
  replyOf(token: unknown): EventStream | undefined {
    return this.#find(({ request }) => {
      const meta = request.params?.["_meta"] as { progressToken?: unknown } | undefined;
      return token !== undefined && meta?.progressToken === token;
    })?.reply;
  }

  /** Where one of them is answered whose client still listens. */
  openReply(): EventStream | undefined {
    return this.#find(({ reply }) => reply.isOpen)?.reply;
  }

  #find(what: (call: OpenCall) => boolean): OpenCall | undefined {
    for (const call of this.#calls.values()) if (what(call)) return call;
    return undefined;
  }
}
