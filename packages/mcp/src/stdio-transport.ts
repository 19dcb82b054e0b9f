import { deserializeMessage, serializeMessage } from "@modelcontextprotocol/sdk/shared/stdio.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { LineSplitter } from "@mx/cli";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { killGroup } from "@mx/cli/kill-group";
import type { ProcessGroups } from "@mx/cli/process-groups";
import { mostMessageBytes } from "./most-message-bytes.ts";

const stderrBytes = 4000;
const maxBadLines = 1000;
const graceMs = 1000;
/** How long to wait for the rest of the output when the server is gone, which a child of it may hold open. */
const drainMs = 250;
/** How long what was killed may take to be gone, and how often it is looked for. */
const goneMs = 10_000;
const lookMs = 50;

/** What to start. */
export interface StdioCommand {
  command: string;
  args: readonly string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
}

/**
 * A server that is a child process, as the library's own transport has it, but as the leader of a process group,
 * so that what the server starts ends with it, and with the last of its stderr kept. A message over 32 MiB, or
 * 1000 lines on end that are none, end it.
 */
export class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #command: StdioCommand;
  readonly #groups: ProcessGroups;
  readonly #lines = new LineSplitter(mostMessageBytes);
  #child: ChildProcess | null = null;
  #stderr = Buffer.alloc(0);
  #badLines = 0;
  #end: string | null = null;

  constructor(command: StdioCommand, groups: ProcessGroups) {
    this.#command = command;
    this.#groups = groups;
  }

  /** How the process ended; null while it runs. */
  get end(): string | null {
    return this.#end;
  }

  /** Bytes that were sent and that the server has not read. */
  get unreadBytes(): number {
    return this.#child?.stdin?.writableLength ?? 0;
  }

  /** The last 4000 bytes of what it said on stderr. */
  get stderrTail(): string {
    return this.#stderr.toString().trim();
  }

  async start(): Promise<void> {
    const { command, args, cwd, env } = this.#command;
    let isClosed = false;
    const closed = () => {
      if (!isClosed) this.onclose?.();
      isClosed = true;
    };
    const child = spawn(command, args, { cwd, env, detached: true, stdio: "pipe" });
    child.stdin.on("error", (error) => this.onerror?.(error));
    child.stderr.on("data", (chunk: Buffer) => {
      this.#stderr = Buffer.from(Buffer.concat([this.#stderr, chunk]).subarray(-stderrBytes));
    });
    child.stdout.on("data", (chunk: Buffer) => this.#take(chunk));
    child.once("exit", (code, signal) => {
      this.#end ??= signal === null ? `exit status ${code}` : `ended by ${signal}`;
      setTimeout(closed, drainMs);
    });
    child.once("close", closed);
    await once(child, "spawn");
    child.on("error", (error) => this.onerror?.(error));
    this.#groups.add(child.pid!);
    this.#child = child;
  }

  async send(message: JSONRPCMessage): Promise<void> {
    const stdin = this.#child?.stdin;
    if (this.#end !== null || !stdin?.writable) throw new Error("the server is not running");
    // A server that does not read must not hold the caller: the call has a clock of its own.
    stdin.write(serializeMessage(message));
  }

  /** Asks the server to end, by closing its stdin, then by SIGTERM; then ends its process group. */
  async close(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    this.#child = null;
    child.stdin!.end();
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      if (this.#end !== null) break;
      await Promise.race([once(child, "exit"), sleep(graceMs, undefined, { ref: false })]);
      killGroup(child.pid!, signal);
    }
    void this.#forget(child.pid!);
    for (const stream of [child.stdout!, child.stderr!]) stream.destroy();
  }

  /** Ends what is left of the process group. Its number may come to name another one: it is forgotten with its last. */
  async #forget(group: number): Promise<void> {
    for (let waited = 0; waited < goneMs && killGroup(group, "SIGKILL"); waited += lookMs) {
      await sleep(lookMs, undefined, { ref: false });
    }
    this.#groups.settle(group);
  }

  #take(chunk: Buffer): void {
    for (const { bytes, tooLong } of this.#lines.push(chunk)) {
      if (this.#end !== null) return;
      if (tooLong) {
        this.#give(`a message of it is over ${mostMessageBytes} bytes`);
        return;
      }
      try {
        this.onmessage?.(deserializeMessage(bytes.toString()));
        this.#badLines = 0;
      } catch (error) {
        // Servers do print what is no message; it is skipped, but not for ever.
        this.#badLines += 1;
        this.onerror?.(error as Error);
        if (this.#badLines >= maxBadLines) {
          this.#give(`${maxBadLines} lines of its output are no messages`);
        }
      }
    }
  }

  /** Ends a server that cannot be understood. */
  #give(reason: string): void {
    this.#end = reason;
    this.#child?.stdout!.removeAllListeners("data").resume();
    if (this.#child !== null) killGroup(this.#child.pid!, "SIGKILL");
  }
}
