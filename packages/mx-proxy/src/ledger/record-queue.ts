import type { AnyRecord } from "@mx/records";
import type { CallRecord, Ledger } from "./ledger.ts";

/** Records that may wait for a slow reader before calls have to wait too. */
const mostWaiting = 1000;

/** A ledger that is read as a stream of records, for stdout. */
export class RecordQueue implements Ledger {
  #waiting: AnyRecord[] = [];
  #closed = false;
  #wake: () => void = () => {};
  #room: PromiseWithResolvers | null = null;

  add(record: CallRecord, written: () => void): void {
    this.#waiting.push(record);
    this.#wake();
    // The reader decides when it takes the record, and no reply waits for that.
    written();
  }

  /** Takes a record that is not of a call; settles once there is room for more. */
  pass(record: AnyRecord): Promise<void> | null {
    this.#waiting.push(record);
    this.#wake();
    return this.full();
  }

  full(): Promise<void> | null {
    if (this.#closed || this.#waiting.length < mostWaiting) return null;
    this.#room ??= withResolvers();
    return this.#room.promise;
  }

  /** No more records come: the readers end once they have had what is there. */
  close(): Promise<void> {
    this.#closed = true;
    this.#release();
    this.#wake();
    return Promise.resolve();
  }

  /** The records as they come, until the queue is closed. For one reader. */
  async *records(): AsyncGenerator<AnyRecord, void> {
    for (;;) {
      const batch = this.#waiting;
      this.#waiting = [];
      yield* batch;
      this.#release();
      if (this.#waiting.length > 0) continue;
      if (this.#closed) return;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  #release(): void {
    this.#room?.resolve();
    this.#room = null;
  }
}

interface PromiseWithResolvers {
  promise: Promise<void>;
  resolve: () => void;
}

/** Promise.withResolvers, which Node 20 does not have. */
function withResolvers(): PromiseWithResolvers {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}
