import { ExitCode, MxError } from "@mx/cli";
import type { Build, Limit } from "@mx/records";
import type { GroupTree } from "../cgroups/group-tree.ts";
import { planBuild, type BuildPlan } from "../build/plan-build.ts";
import { checkEnvironment } from "../exec/check-exec.ts";
import { relayUrl } from "../exec/relay-url.ts";
import type { HostBackend, Sandbox, SandboxSpec } from "../sandbox.ts";
import { removeTree } from "../scratch/remove-tree.ts";
import type { LocalHost } from "./local-host.ts";
import { LocalSandbox } from "./local-sandbox.ts";
import type { LocalSlots } from "./local-slots.ts";
import { findProgram } from "./bubblewrap.ts";
import { searchPath } from "./paths.ts";
import { placeOf } from "./places.ts";

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
  private readonly plans = new WeakMap<Build, BuildPlan>();
  private readonly bases = new Set<string>();
  private readonly note: (text: string) => void;
  private disposed = false;

  constructor(o: {
    limits: Record<string, Limit>;
    versions: Record<string, string>;
    scratch: string;
    host: LocalHost;
    slots: LocalSlots;
    groups: GroupTree | null;
    note: (text: string) => void;
  }) {
    this.limits = o.limits;
    this.versions = o.versions;
    this.scratch = o.scratch;
    this.host = o.host;
    this.slots = o.slots;
    this.groups = o.groups;
    this.note = o.note;
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
    const plan = this.planOf(spec);
    const sandbox = this.make(spec, modelUrl, plan);
    try {
      if (plan !== null || spec.workdir !== undefined) await sandbox.setUp();
    } catch (error) {
      await sandbox.release();
      throw error;
    }
    return sandbox;
  }

  private make(spec: SandboxSpec, modelUrl: string | null, plan: BuildPlan | null): LocalSandbox {
    const slot = this.slots.take();
    try {
      const sandbox: LocalSandbox = new LocalSandbox({
        host: this.host,
        slot,
        spec,
        modelUrl,
        plan,
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

  /** What takes the place of the image's build; null: the sandbox has no image. */
  private planOf({ build }: SandboxSpec): BuildPlan | null {
    if (build === undefined) return null;
    let plan = this.plans.get(build);
    if (plan === undefined) {
      plan = planBuild(build, { path: searchPath, canHold: (path) => placeOf(path) !== null });
      this.plans.set(build, plan);
    }
    if (!this.bases.has(plan.base)) {
      checkBase(plan.base);
      this.bases.add(plan.base);
      this.note(`no image is built here: this host's programs stand in for those of ${plan.base}`);
    }
    return plan;
  }

  private modelUrlOf(spec: SandboxSpec): string | null {
    if (spec.network === "full") return spec.modelUrl ?? null;
    return relayUrl(spec, {
      hasSocat: this.versions["socat"] !== undefined,
      hint: "install it with `apt-get install socat` (dnf, pacman and apk call it so too)",
    });
  }
}

/** Refuses a base for a language that this host does not have where sandboxes look for it. */
function checkBase(base: string): void {
  const [, language = ""] = /(?:^|\/)(python|node)(?:[:@]|$)/.exec(base) ?? [];
  const program = language === "python" ? "python3" : language;
  if (program === "" || findProgram(program, { PATH: searchPath }) !== null) return;
  throw new MxError(
    `${base} cannot be stood in for, as this host has no ${program} in ${searchPath}: --backend container or modal makes the image`,
    { code: "needs_image_build", exitCode: ExitCode.badData },
  );
}
