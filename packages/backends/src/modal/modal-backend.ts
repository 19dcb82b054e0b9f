import { MxError } from "@mx/cli";
import type { Limit } from "@mx/records";
import type { App, Sandbox as ModalSdkSandbox, SandboxCreateParams, Secret, Volume } from "modal";
import { checkEnvironment } from "../exec/check-exec.ts";
import { checkNode } from "./check-node.ts";
import type { Backend, Reach, Sandbox, SandboxSpec } from "../sandbox.ts";
import { failureText, modalError } from "./client/modal-failure.ts";
import type { ModalConnection } from "./client/open-modal-client.ts";
import { withDeadline } from "./client/with-deadline.ts";
import { CreationPace, paces } from "./creation-pace.ts";
import { endSandboxes } from "./end-sandboxes.ts";
import type { ImageStore } from "./image-store.ts";
import { lifetimeMs } from "./lifetime.ts";
import type { ModalOptions } from "./modal-options.ts";
import { creationError } from "./creation-error.ts";
import { ModalSandbox, modalPaths } from "./modal-sandbox.ts";
import { networkPolicy } from "./network-policy.ts";
import { ownerTag, tagNames } from "./owner-tag.ts";
import { withRetries } from "./retry-policy.ts";

const mib = 1024 * 1024;
/** V2 answers once the sandbox is there; V1 is waited for by the SDK, up to 21 minutes. */
const createMs = { v1: 1_320_000, v2: 600_000 };

/** What is made before the first sandbox, and shared by all. */
export interface ModalResources {
  app: App;
  images: ImageStore;
  tools: Volume;
  /** True where a tool is a program for node. */
  needsNode: boolean;
  secrets: Secret[];
  /** Path inside to volume. */
  volumes: Record<string, Volume>;
}

/** Sandboxes at Modal. */
export class ModalBackend implements Backend {
  readonly name = "modal";
  readonly isolates = true;
  /** An emulator's sandboxes are on this host. */
  readonly reach: Reach;
  readonly limits: Record<string, Limit>;
  readonly versions: Record<string, string>;

  readonly #connection: ModalConnection;
  readonly #makeResources: () => Promise<ModalResources>;
  readonly #options: ModalOptions;
  readonly #runId: string;
  readonly #note: (text: string) => void;
  readonly #pace: CreationPace;
  readonly #alive = new Set<ModalSandbox>();
  readonly #nodes = new Map<string, Promise<void>>();
  /** Why sandboxes could not be ended. */
  readonly #left: string[] = [];
  /** True once a creation failed without an answer: there may be a sandbox that nobody holds. */
  #uncertain = false;
  #resources: Promise<ModalResources> | null = null;
  #disposed = false;

  constructor(o: {
    connection: ModalConnection;
    resources: () => Promise<ModalResources>;
    options: ModalOptions;
    limits: Record<string, Limit>;
    runId: string;
    note: (text: string) => void;
    abort: AbortSignal | undefined;
  }) {
    this.#connection = o.connection;
    this.#makeResources = o.resources;
    this.#options = o.options;
    this.#runId = o.runId;
    this.#note = o.note;
    this.limits = o.limits;
    const { connection } = o;
    this.versions = { modal: connection.sdk.version() };
    this.reach = connection.isEmulator ? "loopback" : "public";
    const isV1 = o.options.gpu !== undefined || !connection.sdk.profile.sandboxV2;
    this.#pace = new CreationPace(isV1 ? paces.v1 : paces.v2);
    connection.onThrottle(() => this.#pace.refused());
    // Who is told to end at once may be gone before each trial has come to its own end.
    const end = () => this.#alive.forEach((sandbox) => void sandbox.release());
    o.abort?.addEventListener("abort", end, { once: true });
  }

  async prepare(): Promise<void> {
    await this.#ready();
  }

  async create(spec: SandboxSpec): Promise<Sandbox> {
    if (this.#disposed) throw new Error("the backend was closed");
    checkEnvironment(spec.env);
    const resources = await this.#ready();
    const { images, needsNode } = resources;
    const { tag, image } = await images.of(spec, this.#options.image);
    const timeoutMs = lifetimeMs(spec.neededMs);
    const params = { ...this.#params(spec, resources), timeoutMs };
    const patience = { firstMs: 500, mostMs: 60_000, forMs: this.#options.waitSeconds * 1000 };
    const make = () => this.#make(resources.app, image, params, spec.signal);
    const made = await withRetries(make, patience, spec.signal).catch((error: unknown) => {
      throw creationError(error);
    });
    const sandbox: ModalSandbox = new ModalSandbox({
      sandbox: made,
      connection: this.#connection,
      env: { HOME: modalPaths.home, LANG: "C.UTF-8", ...spec.env },
      modelUrl: spec.network === "none" ? null : (spec.modelUrl ?? null),
      openFiles: spec.limits.open_files,
      outputBytes: spec.limits.output_bytes,
      workdir: spec.workdir,
      endsAt: performance.now() + timeoutMs,
      onRelease: (failure) => {
        this.#alive.delete(sandbox);
        if (failure !== null) this.#left.push(failure);
      },
    });
    this.#alive.add(sandbox);
    try {
      if (this.#disposed) throw new Error("the backend was closed");
      if (needsNode) await this.#checkNode(tag, sandbox);
    } catch (error) {
      await sandbox.release();
      throw error;
    }
    return sandbox;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    await Promise.allSettled([...this.#alive].map((sandbox) => sandbox.release()));
    if (this.#uncertain || this.#left.length > 0) await this.#endRest();
    this.#connection.close();
  }

  /** Ends what is left of this run by its tags, whatever went wrong before. */
  async #endRest(): Promise<void> {
    try {
      const { app } = await this.#ready();
      const tags = { [tagNames.run]: this.#runId, [tagNames.owner]: ownerTag() };
      await endSandboxes(this.#connection.raw, app.appId, tags);
    } catch (error) {
      const why = this.#left[0] ?? failureText(error);
      this.#note(`some sandboxes may be left (${why}); \`mx-sandbox gc\` ends them`);
    }
  }

  /** Made with the first call; one that fails is not remembered. */
  #ready(): Promise<ModalResources> {
    if (this.#resources === null) {
      const made = this.#makeResources().catch((error: unknown) => {
        this.#resources = null;
        throw modalError(error, "Modal is not ready for this run");
      });
      this.#resources = made;
    }
    return this.#resources;
  }

  #params(spec: SandboxSpec, { secrets, volumes, tools }: ModalResources): SandboxCreateParams {
    const options = this.#options;
    const memory = spec.limits.memory_bytes;
    const cpu = options.cpu ?? spec.cpus;
    return {
      ...networkPolicy(spec),
      ...(cpu === undefined ? {} : { cpu, cpuLimit: cpu }),
      ...(memory === null ? {} : memoryParams(memory)),
      ...(options.gpu === undefined ? {} : { gpu: options.gpu }),
      ...(options.regions.length === 0 ? {} : { regions: options.regions }),
      ...(options.cloud === undefined ? {} : { cloud: options.cloud }),
      ...(secrets.length === 0 ? {} : { secrets }),
      volumes: { ...volumes, [modalPaths.bin]: tools },
      tags: {
        [tagNames.run]: this.#runId,
        [tagNames.owner]: ownerTag(),
        [tagNames.trial]: spec.id,
      },
    };
  }

  async #make(
    app: App,
    image: Awaited<ReturnType<ImageStore["image"]>>,
    params: SandboxCreateParams,
    signal: AbortSignal | undefined,
  ): Promise<ModalSdkSandbox> {
    await this.#pace.take(signal);
    if (this.#disposed) throw new Error("the backend was closed");
    const connection = this.#connection;
    const generation = params.gpu === undefined ? createMs.v2 : createMs.v1;
    const ms = Math.max(1000, Math.min(generation, this.#options.waitSeconds * 1000));
    const call = connection.sdk.sandboxes.create(app, image, params);
    try {
      const made = await withDeadline(call, ms, "a new sandbox", (late) => {
        void connection.raw.terminate(late.sandboxId).catch(() => {});
      });
      this.#pace.succeeded();
      return made;
    } catch (error) {
      this.#uncertain = true;
      if ((error as { code?: unknown }).code === 8) this.#pace.refused();
      throw error;
    }
  }

  /** The agent's file needs a node; the first sandbox of each image is asked. */
  async #checkNode(tag: string, sandbox: ModalSandbox): Promise<void> {
    let known = this.#nodes.get(tag);
    if (known === undefined) {
      known = checkNode(tag, sandbox);
      this.#nodes.set(tag, known);
      known.catch((error: unknown) => {
        if (!(error instanceof MxError)) this.#nodes.delete(tag);
      });
    }
    await known;
  }
}

function memoryParams(bytes: number): SandboxCreateParams {
  const memoryMiB = Math.ceil(bytes / mib);
  return { memoryMiB, memoryLimitMiB: memoryMiB };
}
