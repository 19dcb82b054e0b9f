import type { Sandbox as ModalSdkSandbox } from "modal";
import { checkExec } from "../exec/check-exec.ts";
import type { ExecResult, ExecSpec, Sandbox, SandboxFile, SandboxPaths } from "../sandbox.ts";
import { failureText } from "./client/modal-failure.ts";
import type { ModalConnection } from "./client/open-modal-client.ts";
import { Status } from "./client/raw.ts";
import { lost } from "./why-lost.ts";
import { ownPidNamespace } from "./own-pid-namespace.ts";
import { plainExec, type PlainResult } from "./plain-exec.ts";
import { RemoteExec, type RemoteCommand } from "./remote-exec.ts";
import { checkExecPaths } from "../local/places.ts";
import { deliver, deliveryError, freshFolders, readScript } from "./remote-files.ts";
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
  /** Where the workspace is; default: where it is in every other sandbox. */
  workdir: string | undefined;
  /** When Modal ends it, by performance.now(). */
  endsAt: number;
  /** Called at the end; `failure`: it could not be ended, and why. */
  onRelease: (failure: string | null) => void;
}

/** A sandbox of Modal. Files travel through execs of its own, in tar archives on stdin. */
export class ModalSandbox implements Sandbox {
  readonly id: string;
  readonly paths: SandboxPaths;
  readonly modelUrl: string | null;
  readonly #options: ModalSandboxOptions;
  #busy = false;
  /** A command has killed the init, so that what it left running was not ended. */
  #isUnguarded = false;
  #running: RemoteExec | null = null;
  #released: Promise<void> | null = null;
  /** True once the workspace is there: at its usual place the init makes it. */
  #hasWorkspace: boolean;
  /** The folders of the last exec. */
  #shown: readonly string[] = [];

  constructor(options: ModalSandboxOptions) {
    const workspace = options.workdir ?? modalPaths.workspace;
    this.paths = { ...modalPaths, workspace };
    this.#hasWorkspace = workspace === modalPaths.workspace;
    this.id = options.sandbox.sandboxId;
    this.modelUrl = options.modelUrl;
    this.#options = options;
  }

  async putFiles(files: SandboxFile[]): Promise<void> {
    if (files.length === 0) return;
    await this.#makeWorkspace();
    await this.#deliver(files, this.paths.workspace);
  }

  async readFile(path: string, maxBytes: number) {
    if (path.includes("\0") || this.#released !== null) return null;
    const whole = path.startsWith("/") ? path : `${this.paths.workspace}/${path}`;
    const script = readScript([this.paths.workspace, ...this.#shown]);
    const argv = ["sh", "-c", script, "sh", whole, `${maxBytes + 1}`];
    const { exitCode, stdout } = await this.#command(argv, null, maxBytes + 1);
    if (exitCode !== 0) return null;
    return { bytes: stdout.subarray(0, maxBytes), truncated: stdout.length > maxBytes };
  }

  async exec(spec: ExecSpec): Promise<ExecResult> {
    checkExec(spec);
    checkExecPaths(spec, this.paths);
    const { mounts = [], folders = [] } = spec;
    const { workspace } = this.paths;
    this.#checkFree();
    if (this.#isUnguarded) {
      // No check shall be run beside processes that can write to its files.
      spec.onStderr?.(Buffer.from("not run: an earlier command has killed the sandbox's init\n"));
      return { ended: "exited", exitCode: 137, elapsedMs: 0 };
    }
    // A check starts in the workspace, also where the agent has deleted it.
    if (workspace !== modalPaths.workspace && mounts.length > 0) this.#hasWorkspace = false;
    await this.#makeWorkspace();
    for (const { path, files } of mounts) await this.#deliver(files, path);
    if (folders.length > 0) await this.#makeFolders(freshFolders(folders));
    this.#shown = folders;
    const words = await this.#placeWords(spec.argv);
    const { openFiles, outputBytes } = this.#options;
    return this.#run({
      ...spec,
      env: { ...this.#options.env, ...spec.env },
      cwd: spec.cwd ?? workspace,
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

  async #makeWorkspace(): Promise<void> {
    if (this.#hasWorkspace) return;
    await this.#makeFolders(`umask 022; mkdir -p -- ${shellQuote(this.paths.workspace)}`);
    this.#hasWorkspace = true;
  }

  async #makeFolders(script: string): Promise<void> {
    const { exitCode, stderr } = await this.#command(["sh", "-c", script], null);
    if (exitCode === 0) return;
    throw new Error(
      `folders cannot be made: ${stderr.toString("utf8").trim() || `exit ${exitCode}`}`,
    );
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
    const { script, archive } = deliver(files, under, this.paths.workspace);
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
