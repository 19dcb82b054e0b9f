import type { AnyRecord } from "@mx/records";
import { createReadStream, fstatSync } from "node:fs";
import { addAbortSignal, type Readable } from "node:stream";
import type { BadRecordError } from "./bad-record-error.ts";
import { ExitCode, MxError } from "./errors.ts";
import { RecordReader } from "./record-reader.ts";
import type { KnownTypes } from "./type-check.ts";

/** What StdinRecords needs to know. */
export interface StdinOptions {
  /** After it has aborted there are no more records, even where stdin is idle. */
  stop: AbortSignal;
  /** Loads what records are checked with. */
  known: () => Promise<KnownTypes>;
  /** True: records need not remember their lines. */
  forget: boolean;
  /** Called for a line that is no record, which is then left out; without it, such a line throws. */
  onBadRecord?: (error: BadRecordError) => void;
  /** Called where stdin is a terminal, which looks like a program that hangs. */
  onTerminal: () => void;
}

/** Chunks of a file: four times what process.stdin reads at once, which is a tenth faster. */
const chunkBytes = 112 * 1024;

/** stdin as a stream of bytes. Throws where it is a folder. */
function openStdin(): Readable & { isTTY?: boolean } {
  const status = fstatSync(0);
  if (status.isFile()) {
    return createReadStream("", { fd: 0, autoClose: false, highWaterMark: chunkBytes });
  }
  // Node takes what it cannot read for an empty stdin, and no input would look like no work.
  if (!status.isDirectory()) return process.stdin;
  throw new MxError("stdin is a folder", {
    code: "stdin_unreadable",
    exitCode: ExitCode.badData,
  });
}

type Result = IteratorResult<AnyRecord, undefined>;

/** The records on stdin, which is not touched before the first is asked for. */
export class StdinRecords implements AsyncIterableIterator<AnyRecord> {
  readonly #options: StdinOptions;
  #opening: Promise<RecordReader | null> | null = null;
  #stdin: Readable | null = null;
  #reader: RecordReader | null = null;

  constructor(options: StdinOptions) {
    this.#options = options;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Result> {
    return this.#reader?.next() ?? this.#first();
  }

  async return(): Promise<Result> {
    this.close();
    await this.#reader?.return();
    return { done: true, value: undefined };
  }

  /** Lets go of stdin, so that it does not keep the process. */
  close(): void {
    this.#stdin?.destroy();
    this.#opening ??= Promise.resolve(null);
  }

  async #first(): Promise<Result> {
    this.#opening ??= this.#open();
    const reader = await this.#opening;
    return reader === null ? { done: true, value: undefined } : reader.next();
  }

  async #open(): Promise<RecordReader | null> {
    const { stop, known, forget, onBadRecord, onTerminal } = this.#options;
    const types = await known();
    if (stop.aborted) return null;
    const stdin = openStdin();
    if (stdin.isTTY === true) onTerminal();
    this.#stdin = addAbortSignal(stop, stdin);
    this.#reader = new RecordReader(stdin as AsyncIterable<Buffer>, {
      source: "stdin",
      stop,
      known: types,
      forget,
      ...(onBadRecord === undefined ? {} : { onBadRecord }),
    });
    return this.#reader;
  }
}
