import type { Server } from "nice-grpc";
import type { Cloud } from "./cloud.ts";
import type { Credentials } from "./grpc/authenticate.ts";
import type { CallLog, RecordedCall } from "./grpc/call-log.ts";
import type { Faults } from "./grpc/faults.ts";
import type { ImageState } from "./image/image.ts";
import type { ResultStatus, SandboxResult } from "./sandbox/result.ts";
import { sandboxState, type SandboxState } from "./sandbox/sandbox-state.ts";
import { removeTree } from "./remove-tree.ts";

/** What an emulator is made of. */
export interface EmulatorParts {
  cloud: Cloud;
  server: Server;
  port: number;
  log: CallLog;
  faults: Faults;
  credentials: Credentials;
}

/** A Modal that runs here, and a look behind it for tests. */
export class Emulator {
  /** What the SDK reads: set it before `modal` is imported. */
  readonly env: Record<string, string>;
  readonly faults: Faults;
  readonly #parts: EmulatorParts;
  #closing: Promise<void> | null = null;

  constructor(parts: EmulatorParts) {
    const { port, credentials, faults } = parts;
    this.#parts = parts;
    this.faults = faults;
    this.env = {
      MODAL_SERVER_URL: `http://127.0.0.1:${port}`,
      MODAL_TOKEN_ID: credentials.tokenId,
      MODAL_TOKEN_SECRET: credentials.tokenSecret,
      MODAL_CONFIG_PATH: "/dev/null",
    };
  }

  /** How sandboxes are kept apart here. */
  get isolation(): "bwrap" | "none" {
    return this.#parts.cloud.machines.isolation;
  }

  /** Why they are not, where nobody asked for that; else null. */
  get isolationMissing(): string | null {
    return this.#parts.cloud.machines.reason;
  }

  /** The last 20,000 RPCs that arrived, oldest first. */
  get calls(): readonly RecordedCall[] {
    return this.#parts.log.calls;
  }

  /** How often each RPC arrived, by its name as in `SandboxCreateV2`; retries count. */
  counts(): Record<string, number> {
    return this.#parts.log.counts();
  }

  /** All sandboxes that ever were, oldest first. */
  sandboxes(): SandboxState[] {
    return Array.from(this.#parts.cloud.sandboxes.values(), sandboxState);
  }

  images(): {
    id: string;
    commands: string[];
    state: ImageState;
    timesBuilt: number;
    log: string;
  }[] {
    return Array.from(this.#parts.cloud.images.values(), (image) => ({
      id: image.id,
      commands: [...image.commands],
      state: image.state,
      timesBuilt: image.timesBuilt,
      log: image.log.join(""),
    }));
  }

  /** Named secrets of an environment, with their values. */
  secrets(environment = "main"): { id: string; name: string; values: Record<string, string> }[] {
    return this.#parts.cloud.secrets
      .all(environment)
      .filter(({ name }) => name !== "")
      .map(({ id, name, variables }) => ({ id, name, values: { ...variables } }));
  }

  /** Named volumes of an environment, with the paths and sizes of what was committed. */
  volumes(
    environment = "main",
  ): { id: string; name: string; version: 1 | 2; files: Record<string, number> }[] {
    return this.#parts.cloud.volumes
      .all(environment)
      .filter(({ name }) => name !== "")
      .map((volume) => {
        const files = volume.below("").filter(([, { kind }]) => kind === "file");
        const { id, name, version } = volume;
        return {
          id,
          name,
          version,
          files: Object.fromEntries(files.map(([path, { size }]) => [path, size])),
        };
      });
  }

  /** Blocks of files that were uploaded to volumes. */
  get uploads(): number {
    return this.#parts.cloud.blocks.uploads;
  }

  environments(): string[] {
    return [...this.#parts.cloud.environments.keys()];
  }

  apps(environment = "main"): { id: string; name: string; stopped: boolean }[] {
    const apps = this.#parts.cloud.apps.all(environment);
    return apps.map(({ id, name, stoppedAt }) => ({ id, name, stopped: stoppedAt !== null }));
  }

  /** A sandbox's worker is gone, now or after some ms: its task is not found any more, and its open streams break. */
  loseSandbox(
    id: string,
    { afterMs = 0, status = "internal_failure" as ResultStatus } = {},
  ): Promise<void> {
    return this.#lose(id, afterMs, { status, exitcode: 1, exception: "the worker was lost" });
  }

  /** A sandbox is ended because its worker ran out of memory. */
  evict(id: string, { afterMs = 0 } = {}): Promise<void> {
    const exception = "the memory manager evicted the task";
    return this.#lose(id, afterMs, { status: "memory_eviction", exitcode: 137, exception });
  }

  /** A sandbox is ended because its worker is wanted for something else. */
  preempt(id: string, { afterMs = 0 } = {}): Promise<void> {
    return this.#lose(id, afterMs, { status: "terminated", exitcode: 137, exception: "preempted" });
  }

  /** No token that was given out is good any more. */
  expireTokens(): void {
    this.#parts.cloud.controlTokens.revokeAll();
    this.#parts.cloud.routerTokens.revokeAll();
  }

  /** Ends every sandbox, stops listening and takes its files away. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    const { cloud, server } = this.#parts;
    await cloud.close();
    server.forceShutdown();
    removeTree(cloud.folder);
  }

  async #lose(id: string, afterMs: number, result: SandboxResult): Promise<void> {
    if (afterMs > 0) await new Promise((resolve) => setTimeout(resolve, afterMs));
    await this.#parts.cloud.sandbox(id).lose(result);
  }
}
