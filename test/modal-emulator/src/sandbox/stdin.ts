import type { Writable } from "node:stream";
import { precondition } from "../grpc/status.ts";

/** A process's stdin, written by a client that may send a piece again: each says at which offset it starts. */
export class Stdin {
  readonly #stream: Writable;
  #offset = 0;
  #closed = false;

  constructor(stream: Writable) {
    this.#stream = stream;
    stream.on("error", () => {}); // the process has closed it, or has ended
  }

  /** Bytes that the process was given. */
  get offset(): number {
    return this.#offset;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Writes what is new in a piece; resolves when the process can take more. */
  async write(data: Uint8Array, offset: number): Promise<void> {
    if (offset > this.#offset) throw precondition(`stdin is at ${this.#offset}, not at ${offset}`);
    const fresh = data.subarray(this.#offset - offset);
    if (fresh.length === 0) return;
    if (this.#closed) throw precondition("stdin is closed");
    this.#offset += fresh.length;
    await this.#send(Buffer.from(fresh));
  }

  end(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stream.end();
  }

  async #send(data: Buffer): Promise<void> {
    const stream = this.#stream;
    if (stream.destroyed || stream.writableEnded || stream.write(data)) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        stream.off("drain", done).off("close", done).off("error", done);
        resolve();
      };
      stream.on("drain", done).on("close", done).on("error", done);
    });
  }
}
