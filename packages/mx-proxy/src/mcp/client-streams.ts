import type { ServerResponse } from "node:http";
import { EventStream } from "./event-stream.ts";
import { refuse } from "./json-rpc.ts";

/** How long a client may take, after its session, to receive the last of its replies. */
const lastMs = 2_000;

/** The replies of one session that its client has not taken as a whole. */
export class ClientStreams {
  readonly #session: string;
  readonly #all = new Set<EventStream>();
  #events: EventStream | undefined;

  /** `session`: its id. */
  constructor(session: string) {
    this.#session = session;
  }

  /** The stream that the client has opened for what is about none of its calls; undefined: there is none. */
  get events(): EventStream | undefined {
    return this.#events?.isOpen === true ? this.#events : undefined;
  }

  /** Bytes that wait for the client. */
  get unreadBytes(): number {
    let bytes = 0;
    for (const stream of this.#all) bytes += stream.unreadBytes;
    return bytes;
  }

  /** Opens a stream of so many answers. `left` is told when the client has all of it, or has gone. */
  open(
    response: ServerResponse,
    awaited: number,
    left: (stream: EventStream) => void = () => {},
  ): EventStream {
    const stream: EventStream = new EventStream(response, this.#session, awaited, () => {
      this.#all.delete(stream);
      left(stream);
    });
    this.#all.add(stream);
    return stream;
  }

  /** Opens the stream of events, of which a session has one. */
  listen(response: ServerResponse): void {
    if (this.events === undefined) this.#events = this.open(response, Infinity);
    else refuse(response, 409, "the session has such a stream already");
  }

  /** Ends all of them. A client that takes its time loses what it has not taken. */
  end(): void {
    if (this.#all.size === 0) return;
    for (const stream of this.#all) stream.end();
    setTimeout(() => this.destroy(), lastMs).unref();
  }

  /** Ends all of them without what the client has not taken. */
  destroy(): void {
    for (const stream of this.#all) stream.destroy();
  }
}
