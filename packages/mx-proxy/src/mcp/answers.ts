import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { setTimeout as sleep } from "node:timers/promises";
import { errorAnswer } from "./json-rpc.ts";
import type { CallEnd, PendingCall } from "./mcp-record.ts";
import type { OpenCall } from "./open-calls.ts";

/** Takes a call that has ended; `send` is called once its record is safe. */
export type CallLog = (call: PendingCall, end: CallEnd, send: () => void) => void;

/** The answers of calls that have ended, none of which goes out before the record of its call is safe. */
export class Answers {
  readonly #log: CallLog;
  readonly #hasRoom: () => boolean;
  readonly #waiting = new Set<Promise<void>>();

  /** `hasRoom`: false where the client is not to get any more. */
  constructor(log: CallLog, hasRoom: () => boolean) {
    this.#log = log;
    this.#hasRoom = hasRoom;
  }

  send(call: OpenCall, end: CallEnd): void {
    const { id } = call.request;
    const told = (end.answer as JSONRPCMessage | null) ?? errorAnswer(id, end.error ?? end.state);
    const safe = new Promise<void>((resolve) => this.#log(call, end, resolve));
    const sent = safe.then(() => {
      this.#waiting.delete(sent);
      if (this.#hasRoom()) call.reply.answer(told);
    });
    this.#waiting.add(sent);
  }

  /** Settles once all have gone out, but after so many ms at the latest. */
  async sent(ms: number): Promise<void> {
    await Promise.race([Promise.all(this.#waiting), sleep(ms, undefined, { ref: false })]);
  }
}
