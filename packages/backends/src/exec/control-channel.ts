import { randomUUID } from "node:crypto";
import type { Duplex } from "node:stream";

/** More than this the init never has to say: the rest is somebody else's and is not listened to. */
const mostBytes = 4096;

/** Our end of descriptor 3, see `initScript`. */
export class ControlChannel {
  /** The sandbox is up and the command runs, or is just about to. */
  started = false;
  /** Why the command could not be executed; null: nothing is wrong so far. */
  failure: string | null = null;

  // The init reads it byte by byte; half of a UUID is 64 random bits.
  private readonly nonce = randomUUID().slice(-17);
  private text = "";

  /** `onStart`: the sandbox is up; false keeps the command from starting. */
  constructor(stream: Duplex, onStart: () => boolean) {
    stream.on("error", () => {});
    stream.on("data", (chunk: Buffer) => {
      if (this.text.length > mostBytes) return;
      this.text += chunk.toString("latin1", 0, mostBytes);
      if (!this.started && this.text.startsWith("r\n")) {
        this.started = true;
        if (onStart()) stream.write(`${this.nonce}\n`);
      }
      this.failure ??= this.failureIn(this.text);
    });
  }

  private failureIn(text: string): string | null {
    if (!this.started) return /^e (.*)\n/.exec(text)?.[1] ?? null;
    const said = text.indexOf(`\nx${this.nonce} `);
    if (said === -1) return null;
    return text.startsWith("126\n", said + this.nonce.length + 3)
      ? "it cannot be executed"
      : "it is not there";
  }
}
