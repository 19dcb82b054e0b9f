import { spawn, type ChildProcess } from "node:child_process";
import { openSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** The kernel counts processor time in ticks of 10 ms. */
const tickUs = 10_000;

export interface ProgramOptions {
  /** A name for its log. */
  name: string;
  argv: readonly string[];
  /** The processor that it is kept on. */
  cpu: number;
  /** Port on loopback that it will answer on. */
  port: number;
  /** Where its log goes. */
  folder: string;
  env?: NodeJS.ProcessEnv;
  cwd?: string;
}

/** A server in a process of its own, on one processor. */
export class Program implements AsyncDisposable {
  readonly origin: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.origin = `http://127.0.0.1:${port}`;
  }

  /** Starts it; settles once it accepts connections. */
  static async start(options: ProgramOptions): Promise<Program> {
    const { name, argv, cpu, port, folder, env = {}, cwd } = options;
    const log = join(folder, `${name}.log`);
    const output = openSync(log, "a");
    const child = spawn("taskset", ["-c", String(cpu), ...argv], {
      env: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", ...env },
      stdio: ["ignore", output, output],
      ...(cwd === undefined ? {} : { cwd }),
    });
    const program = new Program(child, port);
    for (let waited = 0; waited < 120_000; waited += 50) {
      if (child.exitCode !== null) break;
      if (await accepts(port)) return program;
      await sleep(50);
    }
    await program[Symbol.asyncDispose]();
    throw new Error(`${name} did not start: ${readFileSync(log, "utf8").slice(-2000)}`);
  }

  /** Processor time so far, of all of its threads, in microseconds. */
  cpuUs(): number {
    const stat = readFileSync(`/proc/${this.#child.pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * tickUs;
  }

  /** Memory that it holds now, or held at the most, in MB. */
  memoryMb(which: "VmRSS" | "VmHWM" = "VmRSS"): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, "utf8");
    return Number(new RegExp(`${which}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), 5000);
    await ended;
    clearTimeout(timer);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
