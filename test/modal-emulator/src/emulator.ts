import type { Server } from "nice-grpc";
import type { Cloud } from "./cloud.ts";
import type { Credentials } from "./grpc/authenticate.ts";
import type { FunctionDefinition } from "./function/container.ts";
import type { CallLog, RecordedCall } from "./grpc/call-log.ts";
import type { Faults } from "./grpc/faults.ts";
import { proxyToken } from "./grpc/proxy-token.ts";
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
  /** What the SDK reads: set it before `modal` is imported. And MODAL_KEY, MODAL_SECRET: what opens web functions. */
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
      MODAL_KEY: proxyToken.key,
      MODAL_SECRET: proxyToken.secret,
    };
    const { MODAL_KEY: _key, MODAL_SECRET: _secret, ...client } = this.env;
    parts.cloud.clientEnv = client;
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
    const all = [...this.#parts.cloud.sandboxes.values()];
    return all.filter(({ spec }) => spec.functionId === null).map(sandboxState);
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

  apps(
    environment = "main",
  ): { id: string; name: string; tags: Record<string, string>; stopped: boolean }[] {
    const apps = this.#parts.cloud.apps.all(environment);
    return apps.map(({ id, name, tags, stoppedAt }) => ({
      id,
      name,
      tags,
      stopped: stoppedAt !== null,
    }));
  }

  /** The functions and classes (`Server.*`) of deployed apps, as they were described, with their containers. */
  functions(): {
    id: string;
    appId: string;
    name: string;
    definition: FunctionDefinition | null;
    containers: SandboxState[];
  }[] {
    const { functions, sandboxes } = this.#parts.cloud;
    return Array.from(functions.values(), ({ id, appId, name, definition }) => ({
      id,
      appId,
      name,
      definition,
      containers: Array.from(sandboxes.values())
        .filter(({ spec }) => spec.functionId === id)
        .map(sandboxState),
    }));
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
