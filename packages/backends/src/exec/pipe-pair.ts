import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, closeSync, constants, openSync } from "node:fs";
import { Socket } from "node:net";
import type { Owner } from "../files/folder-view.ts";

/**
 * stdout and stderr of a sandbox's commands. They are FIFOs and not the socket pairs that `spawn` makes:
 * `echo … > /dev/stderr` fails with ENXIO on a socket, and is common in scripts. They belong to the sandbox's
 * user for the same reason, lie where it cannot see them, and serve one exec after the other.
 */
export class PipePair {
  private readonly paths: readonly [string, string];
  private readonly mode: number;

  /** `mode`: permissions, where others than their owner write to them. */
  constructor(path: string, mode = 0o600) {
    this.paths = pathsOf(path);
    this.mode = mode;
  }

  /** Makes the FIFOs of several pairs; `mkfifo` is a program, so the fewer calls the better. */
  static make(pairs: { path: string; owner: Owner | null }[]): void {
    if (pairs.length === 0) return;
    execFileSync("mkfifo", ["-m", "600", ...pairs.flatMap(({ path }) => pathsOf(path))], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    for (const { path, owner } of pairs) {
      if (owner === null) continue;
      for (const one of pathsOf(path)) chownSync(one, owner.uid, owner.gid);
    }
  }

  /** Opens both; `forget` closes the ends that the command writes to, once it has them. */
  open(): { stdout: OutputPipe; stderr: OutputPipe } {
    const stdout = new OutputPipe(this.paths[0], this.mode);
    try {
      return { stdout, stderr: new OutputPipe(this.paths[1], this.mode) };
    } catch (error) {
      stdout.forget();
      stdout.reader.destroy();
      throw error;
    }
  }
}

/** One of the two, open at both ends. */
export class OutputPipe {
  readonly reader: Socket;
  readonly writeEnd: number;
  /** Resolves when nobody can write to it any more and all was read. */
  readonly ended: Promise<void>;

  constructor(path: string, mode: number) {
    // The command before this one may have changed them: its user owns the FIFO.
    chmodSync(path, mode);
    const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      this.writeEnd = openSync(path, constants.O_WRONLY);
    } catch (error) {
      closeSync(readEnd);
      throw error;
    }
    this.reader = new Socket({ fd: readEnd, readable: true, writable: false });
    this.ended = new Promise((resolve) => this.reader.once("close", () => resolve()));
    this.reader.on("error", () => this.reader.destroy());
  }

  forget(): void {
    closeSync(this.writeEnd);
  }
}

function pathsOf(path: string): [string, string] {
  return [`${path}.out`, `${path}.err`];
}
