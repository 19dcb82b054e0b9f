import { ExitCode, MxError } from "@mx/cli";
import type { Limit } from "@mx/records";
import type { GroupTree } from "../cgroups/group-tree.ts";
import { checkEnvironment } from "../exec/check-exec.ts";
import { relayPort } from "../exec/init-script.ts";
import type { HostBackend, Sandbox, SandboxSpec } from "../sandbox.ts";
import { removeTree } from "../scratch/remove-tree.ts";
import type { LocalHost } from "./local-host.ts";
import { LocalSandbox } from "./local-sandbox.ts";
import type { LocalSlots } from "./local-slots.ts";

/** Sandboxes by bubblewrap on this host. */
export class LocalBackend implements HostBackend {
  readonly name = "local";
  readonly isolates = true;
  readonly reach = "socket";
  readonly limits: Record<string, Limit>;
  readonly versions: Record<string, string>;
  readonly scratch: string;

  private readonly host: LocalHost;
  private readonly slots: LocalSlots;
  private readonly groups: GroupTree | null;
  private readonly alive = new Set<LocalSandbox>();
  private disposed = false;

  constructor(o: {
    limits: Record<string, Limit>;
    versions: Record<string, string>;
    scratch: string;
    host: LocalHost;
    slots: LocalSlots;
    groups: GroupTree | null;
  }) {
    this.limits = o.limits;
    this.versions = o.versions;
    this.scratch = o.scratch;
    this.host = o.host;
    this.slots = o.slots;
    this.groups = o.groups;
  }

  async create(spec: SandboxSpec): Promise<Sandbox> {
    if (this.disposed) throw new Error("the backend was closed");
    checkEnvironment(spec.env);
    const modelUrl = this.modelUrlOf(spec);
    if (spec.image !== undefined) {
      throw new MxError(`the local backend has no images, so that it cannot run ${spec.image}`, {
        code: "image_unsupported",
        exitCode: ExitCode.usage,
        hint: "pass --backend container, or leave the image out to run on this host's programs",
      });
    }
    const slot = this.slots.take();
    try {
      const sandbox: LocalSandbox = new LocalSandbox({
        host: this.host,
        slot,
        spec,
        modelUrl,
        onRelease: (clean) => {
          this.alive.delete(sandbox);
          if (clean) this.slots.give(slot);
        },
      });
      this.alive.add(sandbox);
      return sandbox;
    } catch (error) {
      this.slots.give(slot);
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.disposed) return;
    this.disposed = true;
    await Promise.allSettled([...this.alive].map((sandbox) => sandbox.release()));
    await this.groups?.remove();
    await removeTree(this.scratch);
  }

  private modelUrlOf(spec: SandboxSpec): string | null {
    if (spec.network === "full") return spec.modelUrl ?? null;
    if (spec.network === "none" || spec.modelSocket === undefined) return null;
    if (this.versions["socat"] === undefined) {
      throw new MxError("socat, which carries a sandbox's model calls, is not installed", {
        code: "sandbox_unavailable",
        exitCode: ExitCode.unavailable,
        hint: "install it with `apt-get install socat` (dnf, pacman and apk call it so too)",
      });
    }
    return `http://127.0.0.1:${relayPort}/v1`;
  }
}
