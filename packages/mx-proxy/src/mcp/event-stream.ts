import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import type { ServerResponse } from "node:http";

/** What is between client and proxy may end a connection on which nothing comes for long. */
const keepAliveMs = 15_000;

/** An HTTP reply that is a stream of events, each of them a message to the client. */
export class EventStream {
  readonly #response: ServerResponse;
  #awaited: number;

  /** It ends after so many answers. `left` is told when the client has all of it, or has gone. */
  constructor(response: ServerResponse, session: string, awaited: number, left: () => void) {
    this.#response = response;
    this.#awaited = awaited;
    response.writeHead(200, {
      "content-type": "text/event-stream",
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
      "mcp-session-id": session,
    });
    response.flushHeaders();
    const timer = setInterval(() => {
      if (this.isOpen && this.unreadBytes === 0) response.write(": still there\n\n");
    }, keepAliveMs);
    timer.unref();
    response.once("close", () => {
      clearInterval(timer);
      left();
    });
  }

  /** False where nothing that is sent would arrive. */
  get isOpen(): boolean {
    return !this.#response.writableEnded && !this.#response.destroyed;
  }

  /** Bytes that the client has not taken. */
  get unreadBytes(): number {
    return this.#response.destroyed ? 0 : this.#response.writableLength;
  }

  send(message: JSONRPCMessage): void {
    if (this.isOpen) this.#response.write(`event: message\ndata: ${JSON.stringify(message)}\n\n`);
  }

  /** One answer less is awaited: this one, or none (null) where the client has called it off. */
  answer(message: JSONRPCMessage | null): void {
    if (message !== null) this.send(message);
    this.#awaited -= 1;
    if (this.#awaited === 0) this.end();
  }

  end(): void {
    if (this.isOpen) this.#response.end();
  }

  /** Ends it without what the client has not taken. */
  destroy(): void {
    this.#response.destroy();
  }
}
