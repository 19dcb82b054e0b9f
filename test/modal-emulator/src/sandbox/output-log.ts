import { deferred } from "./deferred.ts";

/** How far a writer may be ahead of its readers, and how far back a reader may go, in bytes. */
const window = 256 * 2 ** 20;
const pieceBytes = 2 ** 20;

/** What a process wrote, kept for readers that come late or again, each from an offset of its own. */
export class OutputLog {
  #chunks: { at: number; bytes: Buffer }[] = [];
  #end = 0;
  #read = 0;
  #closed = false;
  #error: Error | null = null;
  readonly #waiting = new Set<() => void>();

  /** Bytes that were written. */
  get length(): number {
    return this.#end;
  }

  /** What is kept, as text. */
  get text(): string {
    return Buffer.concat(this.#chunks.map((chunk) => chunk.bytes)).toString();
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** True where the writer should wait for room. */
  get isFull(): boolean {
    return this.#end - this.#read > window && !this.#closed;
  }

  push(bytes: Buffer): void {
    if (bytes.length === 0 || this.#closed) return;
    this.#chunks.push({ at: this.#end, bytes });
    this.#end += bytes.length;
    this.#wake();
  }

  /** No more will come; with an error, readers get it in place of an end. */
  close(error: Error | null = null): void {
    this.#closed = true;
    this.#error ??= error;
    this.#wake();
  }

  /** Resolves when the writer is not too far ahead. */
  async room(): Promise<void> {
    while (this.isFull) await this.#change(null);
  }

  /** Everything from an offset on, as it comes, until the log is closed or the reader goes away. */
  async *read(offset: number, signal: AbortSignal): AsyncGenerator<Buffer> {
    let at = offset;
    while (!signal.aborted) {
      const chunk = this.#chunkAt(at);
      if (chunk !== null) {
        for (let from = 0; from < chunk.length; from += pieceBytes) {
          const piece = chunk.subarray(from, from + pieceBytes);
          yield piece;
          at += piece.length;
          this.#advance(at);
        }
        continue;
      }
      if (this.#error !== null) throw this.#error;
      if (this.#closed) return;
      await this.#change(signal);
    }
  }

  #chunkAt(offset: number): Buffer | null {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const { at, bytes } = this.#chunks[middle]!;
      if (at + bytes.length <= offset) low = middle + 1;
      else high = middle;
    }
    const chunk = this.#chunks[low];
    return chunk === undefined ? null : chunk.bytes.subarray(Math.max(0, offset - chunk.at));
  }

  #advance(to: number): void {
    if (to <= this.#read) return;
    this.#read = to;
    const first = this.#chunks[0];
    if (first !== undefined && first.at + first.bytes.length < to - window) {
      this.#chunks = this.#chunks.filter(({ at, bytes }) => at + bytes.length >= to - window);
    }
    this.#wake();
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }

  async #change(signal: AbortSignal | null): Promise<void> {
    const { promise, resolve } = deferred();
    const onAbort = () => resolve();
    this.#waiting.add(onAbort);
    signal?.addEventListener("abort", onAbort, { once: true });
    await promise;
    signal?.removeEventListener("abort", onAbort);
    this.#waiting.delete(onAbort);
  }
}
