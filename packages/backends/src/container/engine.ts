import { spawn, type ChildProcess } from "node:child_process";
import { tmpdir } from "node:os";
import { childStdio } from "../exec/child-stdio.ts";
import { engineEnv } from "./engine-env.ts";

/** What a command of the engine prints is held in memory up to this. */
const mostBytes = 16 * 1024 * 1024;
const mostSaidBytes = 64 * 1024;

/** How a command of the engine ended. */
export interface EngineResult {
  /** Null: it was ended from here, by the clock or for what it printed. */
  exitCode: number | null;
  stdout: Buffer;
  /** The end of it, for people. */
  stderr: string;
}

/** The command line of docker or podman, which speak the same language but for a few words. */
export class Engine {
  readonly kind: "docker" | "podman";
  readonly program: string;
  readonly version: string;
  readonly #env: NodeJS.ProcessEnv;

  constructor(o: {
    kind: Engine["kind"];
    program: string;
    version: string;
    env: NodeJS.ProcessEnv;
  }) {
    this.kind = o.kind;
    this.program = o.program;
    this.version = o.version;
    this.#env = engineEnv(o.env);
  }

  /** Runs a command to its end. Rejects only where the program cannot be started. */
  async run(
    args: string[],
    o: {
      stdin?: Uint8Array;
      timeoutMs?: number;
      /** Ended once it has printed so much; what came until then is the result. */
      enoughBytes?: number;
      signal?: AbortSignal | undefined;
      onLine?: (line: string) => void;
    } = {},
  ): Promise<EngineResult> {
    const child = this.start(args, { stdin: o.stdin !== undefined });
    const stop = () => void child.kill("SIGKILL");
    const clock = setTimeout(stop, o.timeoutMs ?? 120_000);
    o.signal?.addEventListener("abort", stop, { once: true });
    if (o.signal?.aborted === true) stop();
    const stdout: Buffer[] = [];
    let bytes = 0;
    let stderr = "";
    let line = "";
    const hear = (chunk: Buffer) => {
      stderr = (stderr + chunk.toString("utf8")).slice(-mostSaidBytes);
    };
    const tell = (chunk: Buffer) => {
      if (o.onLine === undefined) return;
      const lines = (line + chunk.toString("utf8")).split("\n");
      line = (lines.pop() ?? "").slice(-mostSaidBytes);
      for (const one of lines) if (one.trim() !== "") o.onLine(one.trimEnd());
    };
    child.stdout?.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      stdout.push(chunk);
      if (bytes > Math.min(o.enoughBytes ?? mostBytes, mostBytes)) stop();
    });
    child.stderr?.on("data", hear);
    // What a build says comes on either of them.
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", tell);
    child.stdin?.on("error", () => {}); // it has ended early, which its status says
    if (o.stdin !== undefined) child.stdin?.end(o.stdin);
    try {
      const exitCode = await new Promise<number | null>((resolve, reject) => {
        child.once("error", reject);
        child.once("close", resolve);
      });
      return { exitCode, stdout: Buffer.concat(stdout), stderr };
    } finally {
      clearTimeout(clock);
      o.signal?.removeEventListener("abort", stop);
    }
  }

  /** Starts a command, in a process group of its own: Ctrl-C is for mx-sandbox, not for what it has started. */
  start(args: string[], { stdin }: { stdin: boolean }): ChildProcess {
    return spawn(this.program, args, {
      // Podman's monitor leaves a file `oom` where it was started when a container runs out of memory.
      cwd: tmpdir(),
      env: this.#env,
      detached: true,
      stdio: childStdio([stdin ? "pipe" : "ignore", "pipe", "pipe"]),
    });
  }
}
