import type { AnyRecord } from "@mx/records";
import type { BadRecordError } from "./bad-record-error.ts";
import { BatchSplitter, type LineBatch, type TextLine } from "./line-batch.ts";
import { parseRecord } from "./parse-record.ts";
import { SchemaNeeded, type KnownTypes } from "./type-check.ts";

export interface ReadOptions {
  /** Name of the stream in errors: `stdin`, or a file's path. */
  source: string;
  /** Record types to check; others pass as they are. */
  known?: KnownTypes;
  /** True: records are not written again, and need not remember their lines, which takes time. */
  forget?: boolean;
  /** Called for a line that is no record, which is then left out; without it, such a line throws. */
  onBadRecord?: (error: BadRecordError) => void;
  /** After it has aborted there are no more records, even where lines are left. */
  stop?: AbortSignal;
}

const done = { done: true, value: undefined } as const;

async function* readBatches(stream: AsyncIterable<Buffer | string>): AsyncGenerator<LineBatch> {
  const splitter = new BatchSplitter();
  for await (const chunk of stream) {
    yield splitter.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
  }
  yield splitter.end();
}

/**
 * The records of a stream, one by one. Written out as an iterator because a generator would cost several promises
 * per record; here the records of one chunk cost one each.
 */
export class RecordReader implements AsyncIterableIterator<AnyRecord> {
  readonly #batches: AsyncGenerator<LineBatch>;
  readonly #options: ReadOptions;
  #batch: LineBatch | null = null;
  /** A line that waits for the schemas to be loaded. */
  #waiting: TextLine | null = null;
  #ended = false;
  #filling: Promise<unknown> | null = null;

  constructor(stream: AsyncIterable<Buffer | string>, options: ReadOptions) {
    this.#batches = readBatches(stream);
    this.#options = options;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<AnyRecord, undefined>> {
    if (this.#filling !== null) return this.#filling.then(() => this.next());
    if (this.#ended || this.#options.stop?.aborted === true) return Promise.resolve(done);
    let filling: Promise<unknown>;
    try {
      const record = this.#take();
      if (record !== null) return Promise.resolve({ done: false, value: record });
      filling = this.#fill();
    } catch (error) {
      if (!(error instanceof SchemaNeeded)) return this.#fail(error);
      filling = this.#loadSchemas();
    }
    this.#filling = filling.catch(() => {});
    return filling.then(() => this.next());
  }

  async return(): Promise<IteratorResult<AnyRecord, undefined>> {
    this.#ended = true;
    await this.#batches.return(undefined);
    return done;
  }

  /** The next record of the lines that are there; null where none is left. */
  #take(): AnyRecord | null {
    const { source, known, forget, onBadRecord } = this.#options;
    for (;;) {
      const line = this.#waiting ?? this.#batch?.next() ?? null;
      if (line === null) return null;
      this.#waiting = null;
      const { content, number, terminated, tooLong } = line;
      try {
        return parseRecord(content, { source, line: number, terminated, tooLong, known, forget });
      } catch (error) {
        if (error instanceof SchemaNeeded) this.#waiting = line;
        if (error instanceof SchemaNeeded || onBadRecord === undefined) throw error;
        onBadRecord(error as BadRecordError);
      }
    }
  }

  async #loadSchemas(): Promise<void> {
    try {
      await this.#options.known?.loadSchemas();
    } finally {
      this.#filling = null;
    }
  }

  async #fill(): Promise<void> {
    // Lines that are done with are not kept while the next ones are waited for.
    this.#batch = null;
    try {
      const batch = await this.#batches.next();
      if (batch.done === true) this.#ended = true;
      else this.#batch = batch.value;
    } catch (error) {
      // A stream that was told to stop ends with an error, and so does one that was closed by return().
      const wanted = this.#ended || this.#options.stop?.aborted === true;
      this.#ended = true;
      if (!wanted) throw error;
    } finally {
      this.#filling = null;
    }
  }

  async #fail(error: unknown): Promise<never> {
    await this.return();
    throw error;
  }
}
