import { randomBytes } from "node:crypto";
import { release } from "node:os";
import { join } from "node:path";
import type { Limit } from "@mx/records";
import { checkEnvironment } from "../exec/check-exec.ts";
import type { Held } from "../exec/init-limits.ts";
import { relayUrl } from "../exec/relay-url.ts";
import { SandboxFolders } from "../files/sandbox-folders.ts";
import { shareSocket } from "../local/share-socket.ts";
import { ownerTag, tagNames } from "../modal/owner-tag.ts";
import type { HostBackend, Sandbox, SandboxSpec } from "../sandbox.ts";
import { removeTree } from "../scratch/remove-tree.ts";
import { cleanFolder } from "./clean-folder.ts";
import { ContainerFolders } from "./container-folders.ts";
import type { ContainerOptions } from "./container-options.ts";
import { containerPaths } from "./container-paths.ts";
import { ContainerPipes } from "./container-pipes.ts";
import { ContainerSandbox } from "./container-sandbox.ts";
import { createArguments, type Bind } from "./create-arguments.ts";
import type { Abilities } from "./engine-abilities.ts";
import type { Engine } from "./engine.ts";
import { engineError } from "./engine-failure.ts";
import { ownerOf } from "./image-owner.ts";
import type { ImageStore, LocalImage } from "./image-store.ts";
import { placeInit } from "./place-init.ts";

/** Debian with node, python, git and a compiler: the image that sandboxes at Modal have, too. */
const defaultImage = "node:22-bookworm";

/** What the sandboxes of a container backend have in common. */
export interface ContainerHost {
  engine: Engine;
  abilities: Abilities;
  held: Held;
  selinux: boolean;
  images: ImageStore;
  options: ContainerOptions;
  /** Host folder of the tools. */
  bin: string;
  /** How socat is called inside; null: it is not installed on the host. */
  socat: string | null;
  readOnlyMounts: Bind[];
  runId: string;
}

/** Sandboxes that docker or podman make, from images. */
export class ContainerBackend implements HostBackend {
  readonly name = "container";
  readonly isolates = true;
  readonly reach = "relay";
  readonly limits: Record<string, Limit>;
  readonly versions: Record<string, string>;
  readonly scratch: string;

  readonly #host: ContainerHost;
  readonly #alive = new Set<ContainerSandbox>();
  readonly #beingMade = new Set<Promise<Sandbox>>();
  #made = 0;
  #disposed = false;

  constructor(o: { host: ContainerHost; limits: Record<string, Limit>; scratch: string }) {
    const { engine } = o.host;
    this.#host = o.host;
    this.limits = o.limits;
    this.scratch = o.scratch;
    this.versions = { [engine.kind]: engine.version, kernel: release() };
  }

  async prepare(): Promise<void> {
    const { images, options } = this.#host;
    if (options.image === undefined) return;
    const { id } = await images.image(options.image);
    this.versions["image"] = `${options.image} ${id}`;
  }

  create(spec: SandboxSpec): Promise<Sandbox> {
    const making = this.#create(spec);
    this.#beingMade.add(making);
    making.finally(() => this.#beingMade.delete(making)).catch(() => {});
    return making;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    await Promise.allSettled(this.#beingMade);
    await Promise.allSettled([...this.#alive].map((sandbox) => sandbox.release()));
    await removeTree(this.scratch);
  }

  async #create(spec: SandboxSpec): Promise<Sandbox> {
    this.#checkOpen();
    checkEnvironment(spec.env);
    const modelUrl = this.#modelUrlOf(spec);
    const { images, options } = this.#host;
    const image = await (spec.build === undefined
      ? images.image(spec.image ?? options.image ?? defaultImage)
      : images.build(spec.build));
    this.#checkOpen();
    spec.signal?.throwIfAborted();
    const folder = join(this.scratch, `sandbox-${++this.#made}`);
    const base = new SandboxFolders(folder, null, false);
    base.make();
    let pipes: ContainerPipes | null = null;
    try {
      const workdir = spec.workdir ?? image.workdir;
      const workspace = workdir ?? containerPaths.workspace;
      const folders = new ContainerFolders(folder, workdir);
      pipes = new ContainerPipes(folders.run);
      placeInit(folders.run, this.#host.socat);
      const socket = modelUrl === null ? null : (spec.modelSocket ?? null);
      const share = () =>
        socket === null ? null : shareSocket(socket, folders.socketFolder, ourselves());
      const name = await this.#makeContainer(spec, image, folders, share());
      return this.#sandbox({ name, spec, image, workspace, modelUrl, base, folders, pipes, share });
    } catch (error) {
      pipes?.close();
      await removeTree(folder);
      throw error;
    }
  }

  async #makeContainer(
    spec: SandboxSpec,
    image: LocalImage,
    folders: ContainerFolders,
    socket: string | null,
  ): Promise<string> {
    const { engine, abilities, selinux, options, bin, readOnlyMounts, runId } = this.#host;
    const name = `mx-${runId}-${randomBytes(5).toString("hex")}`;
    const isLinked = socket?.startsWith(`${folders.socketFolder}/`) === true;
    const args = createArguments({
      engine,
      abilities,
      name,
      labels: { [tagNames.run]: runId, [tagNames.owner]: ownerTag(), [tagNames.trial]: spec.id },
      spec,
      image,
      binds: [...folders.binds(bin, isLinked ? null : socket), ...readOnlyMounts],
      runtime: options.runtime,
      cpu: options.cpu,
      selinux,
      options: options.options,
    });
    const { exitCode, stderr } = await engine.run(args);
    if (exitCode !== 0) throw engineError(`no container could be made of ${image.name}`, stderr);
    return name;
  }

  #sandbox(o: {
    name: string;
    spec: SandboxSpec;
    image: LocalImage;
    workspace: string;
    modelUrl: string | null;
    base: SandboxFolders;
    folders: ContainerFolders;
    pipes: ContainerPipes;
    share: () => unknown;
  }): ContainerSandbox {
    const { engine, held, selinux, options } = this.#host;
    const { image, base } = o;
    const sandbox: ContainerSandbox = new ContainerSandbox({
      ...o,
      engine,
      held,
      paths: { ...containerPaths, workspace: o.workspace },
      env: image.env["LANG"] === undefined ? { LANG: "C.UTF-8" } : {},
      owner: ownerOf(image.user),
      shareSocket: () => void o.share(),
      clean: () => cleanFolder(engine, image.name, base.path, { ...options, selinux }),
      onRelease: () => void this.#alive.delete(sandbox),
    });
    this.#alive.add(sandbox);
    return sandbox;
  }

  #checkOpen(): void {
    if (this.#disposed) throw new Error("the backend was closed");
  }

  #modelUrlOf(spec: SandboxSpec): string | null {
    return relayUrl(spec, {
      hasSocat: this.#host.socat !== null,
      hint: "install it on this host with `apt-get install socat`; images need none",
    });
  }
}

function ourselves(): { uid: number; gid: number } {
  return { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
}
