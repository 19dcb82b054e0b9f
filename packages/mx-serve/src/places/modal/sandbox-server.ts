import type { ModalConnection, SdkSandbox } from "@mx/backends/modal";
import type { Endpoint } from "@mx/records";
import { once } from "node:events";
import { createWriteStream, type WriteStream } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { logTail } from "../../servers/log-tail.ts";
import type { RunningServer, ServerEnd } from "../place.ts";

/** How often is asked whether the sandbox still runs, in ms. */
const lookMs = 1_000;
/** GenericStatus: the sandbox's lifetime is over; somebody has ended it. */
const ends: Record<number, string> = {
  3: "was terminated",
  4: "was ended by Modal: its time was over",
};
/** So long the last output may take after the end, in ms. */
const drainMs = 2_000;

/** A server in a sandbox of Modal. Its output is kept in the server's log while this process looks at it. */
export class SandboxServer implements RunningServer {
  endpoint: Endpoint;
  readonly ended: Promise<ServerEnd>;
  readonly #connection: ModalConnection;
  readonly #sandbox: SdkSandbox;
  readonly #log: string;
  readonly #key: string | null;
  readonly #over = new AbortController();
  readonly #readers: ReadableStreamDefaultReader<string>[] = [];
  readonly #pumped: Promise<unknown>;

  constructor(
    connection: ModalConnection,
    sandbox: SdkSandbox,
    { endpoint, log, key }: { endpoint: Endpoint; log: string; key: string | null },
  ) {
    this.#connection = connection;
    this.#sandbox = sandbox;
    this.#log = log;
    this.#key = key;
    this.endpoint = endpoint;
    const file = createWriteStream(log, { flags: "w", mode: 0o600 });
    const streams = [sandbox.stdout, sandbox.stderr] as unknown as ReadableStream<string>[];
    this.#pumped = Promise.all(streams.map((stream) => this.#pump(stream, file))).then(
      () => new Promise<void>((resolve) => file.end(() => resolve())),
    );
    this.ended = this.#watch();
  }

  /** It stays where it is. */
  onMove(): void {}

  /** The last lines of its output, its key masked. */
  tail(lines?: number): Promise<string> {
    return logTail(this.#log, this.#key, lines);
  }

  async stop(): Promise<void> {
    this.#over.abort();
    await this.#connection.raw.terminate(this.#sandbox.sandboxId);
    await this.#drained();
    await this.release();
  }

  release(): Promise<void> {
    this.#over.abort();
    // Not waited for: a stream is only done with when its next piece comes.
    for (const reader of this.#readers) void reader.cancel().catch(() => {});
    this.#connection.close();
    return Promise.resolve();
  }

  async #watch(): Promise<ServerEnd> {
    const { raw } = this.#connection;
    for (;;) {
      // A call that fails says nothing about the sandbox: it is asked again.
      const end = await raw.sandboxEnd(this.#sandbox.sandboxId).catch(() => null);
      if (this.#over.signal.aborted) return new Promise(() => {});
      if (end !== null) {
        await this.#drained();
        const how = ends[end.status] ?? `ended with exit status ${end.exitcode}`;
        const why = end.exception === "" ? "" : ` (${end.exception.trim()})`;
        return { reason: `${this.endpoint.name} ${how}${why}`, tail: await this.tail() };
      }
      await sleep(lookMs, undefined, { signal: this.#over.signal }).catch(() => {});
    }
  }

  /** The last output is in the log, or too late. */
  async #drained(): Promise<void> {
    await Promise.race([this.#pumped, sleep(drainMs, undefined, { ref: false })]);
  }

  async #pump(stream: ReadableStream<string>, file: WriteStream): Promise<void> {
    const reader = stream.getReader();
    this.#readers.push(reader);
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        if (!file.write(value)) await once(file, "drain");
      }
    } catch {
      // The log ends where it can be read no further; whether the server lives is asked for apart.
    }
  }
}
