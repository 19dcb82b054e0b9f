import { ExitCode, MxError } from "@mx/cli";
import type { Sandbox as ModalSdkSandbox } from "modal";
import { checkExec } from "../exec/check-exec.ts";
import type { ExecResult, ExecSpec, Sandbox, SandboxFile, SandboxPaths } from "../sandbox.ts";
import { failureText, modalError } from "./client/modal-failure.ts";
import type { ModalConnection } from "./client/open-modal-client.ts";
import { Status } from "./client/raw.ts";
import { LostSandboxError } from "./lost-sandbox.ts";
import { ownPidNamespace } from "./own-pid-namespace.ts";
import { plainExec, type PlainResult } from "./plain-exec.ts";
import { RemoteExec, type RemoteCommand } from "./remote-exec.ts";
import { deliver, deliveryError, readScript } from "./remote-files.ts";
import { runFolder } from "./remote-init.ts";
import { withRetries } from "./retry-policy.ts";
import { shellQuote } from "./shell-quote.ts";

/** Where things are in a sandbox in the cloud; the image brings its own node. */
export const modalPaths: SandboxPaths = {
  workspace: "/workspace",
  home: "/home/agent",
  tmp: "/tmp",
  out: "/mx/out",
  bin: "/mx/bin",
  checks: "/mx/checks",
  node: "node",
};

/** Modal takes 64 KiB of arguments; the init and its settings are among them. */
const mostArgvBytes = 48 * 1024;
const releasePolicy = { firstMs: 200, mostMs: 2000, forMs: 10_000 };

/** What a sandbox is made with. */
export interface ModalSandboxOptions {
  sandbox: ModalSdkSandbox;
  connection: ModalConnection;
  /** Variables of every command. */
  env: Record<string, string>;
  modelUrl: string | null;
  openFiles: number | null;
  outputBytes: number | null;
  /** When Modal ends it, by performance.now(). */
  endsAt: number;
  /** Called at the end; `failure`: it could not be ended, and why. */
  onRelease: (failure: string | null) => void;
}

/** A sandbox of Modal. Files travel through execs of its own, in tar archives on stdin. */
export class ModalSandbox implements Sandbox {
  readonly id: string;
  readonly paths = modalPaths;
  readonly modelUrl: string | null;
  readonly #options: ModalSandboxOptions;
  #busy = false;
  /** A command has killed the init, so that what it left running was not ended. */
  #isUnguarded = false;
  #running: RemoteExec | null = null;
  #released: Promise<void> | null = null;

  constructor(options: ModalSandboxOptions) {
    this.id = options.sandbox.sandboxId;
    this.modelUrl = options.modelUrl;
    this.#options = options;
  }

  async putFiles(files: SandboxFile[]): Promise<void> {
    if (files.length > 0) await this.#deliver(files, modalPaths.workspace);
  }

  async readFile(path: string, maxBytes: number) {
    if (path.includes("\0") || this.#released !== null) return null;
    const whole = path.startsWith("/") ? path : `${modalPaths.workspace}/${path}`;
    const argv = ["sh", "-c", readScript, "sh", whole, `${maxBytes + 1}`];
    const { exitCode, stdout } = await this.#command(argv, null, maxBytes + 1);
    if (exitCode !== 0) return null;
    return { bytes: stdout.subarray(0, maxBytes), truncated: stdout.length > maxBytes };
  }

  async exec(spec: ExecSpec): Promise<ExecResult> {
    checkExec(spec);
    const mounts = (spec.mounts ?? []).map(({ path, files }) => {
      if (!/^\/mx\/[\w-][\w.-]*$/.test(path) || ["bin", "out", "run"].includes(path.slice(4))) {
        throw new MxError(`nothing can be mounted at ${path}`, {
          code: "bad_mount",
          exitCode: ExitCode.badData,
          hint: `mounts go to ${modalPaths.checks} or another name in /mx`,
        });
      }
      return { path, files };
    });
    this.#checkFree();
    if (this.#isUnguarded) {
      // No check shall be run beside processes that can write to its files.
      spec.onStderr?.(Buffer.from("not run: an earlier command has killed the sandbox's init\n"));
      return { ended: "exited", exitCode: 137, elapsedMs: 0 };
    }
    for (const { path, files } of mounts) await this.#deliver(files, path);
    const words = await this.#placeWords(spec.argv);
    const { openFiles, outputBytes } = this.#options;
    return this.#run({
      ...spec,
      env: { ...this.#options.env, ...spec.env },
      cwd: spec.cwd ?? modalPaths.workspace,
      words,
      mount: mounts.length === 0 ? null : mounts.map(({ path }) => path).join(" "),
      openFiles,
      outputBytes,
      lifetimeMs: this.#timeLeft(),
    });
  }

  release(): Promise<void> {
    this.#released ??= this.#end();
    return this.#released;
  }

  async #end(): Promise<void> {
    const { connection, sandbox, onRelease } = this.#options;
    this.#running?.end("cancelled");
    const end = () => connection.raw.terminate(this.id);
    const failure = await withRetries(end, releasePolicy).then(() => null, failureText);
    sandbox.detach();
    onRelease(failure);
  }

  /** A command too long for an argument goes into a file that sets it; its name where there is one. */
  async #placeWords(argv: string[]): Promise<string | null> {
    const bytes = argv.reduce((sum, word) => sum + Buffer.byteLength(word) + 1, 0);
    if (bytes <= mostArgvBytes) return null;
    const text = `set -- ${argv.map(shellQuote).join(" ")}\n`;
    await this.#deliver([{ path: "words", bytes: Buffer.from(text), mode: 0o600 }], runFolder);
    return `${runFolder}/words`;
  }

  async #deliver(files: SandboxFile[], under: string): Promise<void> {
    const { script, archive } = deliver(files, under);
    const argv = ["sh", "-c", script, "sh", ownPidNamespace()];
    const { exitCode, stderr } = await this.#command(argv, archive);
    const error = deliveryError(exitCode, stderr.toString("utf8"));
    if (error !== null) throw error;
  }

  /** A command of mx's own. */
  async #command(
    argv: string[],
    stdin: Uint8Array | null,
    mostBytes?: number,
  ): Promise<PlainResult> {
    this.#checkFree();
    this.#busy = true;
    try {
      const result = await plainExec(this.#options.sandbox, argv, stdin, mostBytes);
      if (result.exitCode === 137) throw new Error("a command of its own was killed");
      return result;
    } catch (error) {
      throw lost(await this.#endState(), error);
    } finally {
      this.#busy = false;
    }
  }

  #checkFree(): void {
    if (this.#released !== null) throw new Error(`sandbox ${this.id} was released`);
    if (this.#busy) throw new Error(`sandbox ${this.id} runs a command already`);
  }

  async #run(command: RemoteCommand): Promise<ExecResult> {
    this.#checkFree();
    this.#busy = true;
    const begun = performance.now();
    const exec = new RemoteExec(this.#options.sandbox, command);
    this.#running = exec;
    try {
      const { killed, ...result } = await exec.result();
      if (!killed) return result;
      // By the agent, or with the whole sandbox.
      const end = await this.#options.connection.raw.sandboxEnd(this.id);
      if (end === null) {
        this.#isUnguarded = true;
        return result;
      }
      throw new Error("it ended");
    } catch (error) {
      const elapsedMs = performance.now() - begun;
      if (this.#released !== null) return { ended: "cancelled", exitCode: null, elapsedMs };
      const end = await this.#endState();
      if (command.signal?.aborted) {
        await this.release();
        return { ended: "cancelled", exitCode: null, elapsedMs };
      }
      if (end === Status.timeout && elapsedMs >= (command.timeoutMs ?? Number.POSITIVE_INFINITY)) {
        return { ended: "timeout", exitCode: null, elapsedMs };
      }
      throw lost(end, error);
    } finally {
      this.#running = null;
      this.#busy = false;
    }
  }

  #timeLeft(): number {
    return Math.max(1000, this.#options.endsAt - performance.now());
  }

  /** How Modal says that the sandbox ended; null: it runs, or nobody can be asked. */
  async #endState(): Promise<number | null> {
    const end = await this.#options.connection.raw.sandboxEnd(this.id).catch(() => null);
    return end?.status ?? null;
  }
}

/** Why a sandbox is no longer there, or cannot be reached. */
function lost(status: number | null, error: unknown): LostSandboxError {
  switch (status) {
    case Status.timeout:
      return new LostSandboxError("the sandbox reached the end of its lifetime", error);
    case Status.terminated:
      return new LostSandboxError("the sandbox was preempted, or ended by somebody else", error);
    case Status.eviction:
      return new LostSandboxError("Modal evicted the sandbox for want of memory", error);
    case null:
      return new LostSandboxError(`the sandbox cannot be reached: ${failureText(error)}`, error);
    default:
      return new LostSandboxError(`the sandbox ended under its command (status ${status})`, error);
  }
}

/** What a failed creation means: an MxError where trying again is no use. */
export function creationError(error: unknown): Error {
  const mx = modalError(error, "no sandbox could be made");
  return ["modal_unavailable", "modal_throttled"].includes(mx.code)
    ? new Error(mx.message, { cause: error })
    : mx;
}
