import { join } from "node:path";
import type { BuildPlan } from "../build/plan-build.ts";
import { HostSandbox } from "../exec/host-sandbox.ts";
import { allProcesses, initLimits } from "../exec/init-limits.ts";
import type { Launcher } from "../exec/run-command.ts";
import { SandboxWatch } from "../exec/sandbox-watch.ts";
import { clearWay } from "../files/clear-way.ts";
import { FolderView } from "../files/folder-view.ts";
import { freshFolder } from "../files/fresh-folder.ts";
import { placeMount } from "../files/place-mount.ts";
import type { ExecSpec, SandboxSpec } from "../sandbox.ts";
import { folderArguments } from "./bwrap-arguments.ts";
import { killBwrap, launchBwrap } from "./bwrap-launcher.ts";
import type { LocalHost, LocalSlot } from "./local-host.ts";
import { localFolders } from "./local-folders.ts";
import { localPaths, relaySocket, searchPath } from "./paths.ts";
import { checkMountPath, isIn } from "./places.ts";
import { shareSocket } from "./share-socket.ts";

/** A sandbox made of folders of the host; every exec is a bwrap of its own over them. */
export class LocalSandbox extends HostSandbox {
  private readonly host: LocalHost;
  private readonly slot: LocalSlot;
  private readonly spec: SandboxSpec;
  private readonly plan: BuildPlan | null;
  /** Path inside to host folder: those of the sandbox, and besides them in `shown` those of the last exec. */
  private readonly places: ReadonlyMap<string, string>;
  private readonly shown: Map<string, string>;

  constructor(o: {
    host: LocalHost;
    slot: LocalSlot;
    spec: SandboxSpec;
    modelUrl: string | null;
    /** What is put in before anything else, see `setUp`; null: nothing. */
    plan: BuildPlan | null;
    onRelease: (clean: boolean) => void;
  }) {
    const { slot, spec, plan } = o;
    const { folders } = slot;
    const { workspace, names } = localFolders(spec.workdir, plan);
    folders.make();
    const places = new Map([...names].map(([path, name]) => [path, join(folders.path, name)]));
    const shown = new Map(places);
    super({
      id: spec.id,
      paths: { ...o.host.paths, workspace },
      modelUrl: o.modelUrl,
      folders,
      view: new FolderView(shown, workspace, folders.owner),
      keepPlace: true,
      onRelease: o.onRelease,
    });
    this.host = o.host;
    this.slot = slot;
    this.spec = spec;
    this.plan = plan;
    this.places = places;
    this.shown = shown;
    slot.group?.limit(spec.limits.memory_bytes, allProcesses(spec.limits));
  }

  protected inView(path: string): string {
    return path;
  }

  /** Makes its folders, and puts in what its build says. */
  async setUp(): Promise<void> {
    const { path, owner } = this.folders;
    for (const host of this.places.values()) {
      if (host.startsWith(join(path, "place-"))) await freshFolder(host, owner);
    }
    await this.makeFolder(this.paths.workspace);
    for (const folder of this.plan?.folders ?? []) await this.makeFolder(folder);
    if (this.plan !== null) await this.putFiles(this.plan.files);
  }

  protected async placeMounts(spec: ExecSpec): Promise<string[]> {
    const { path: scratch, owner } = this.folders;
    const mounts = spec.mounts ?? [];
    const folders = spec.folders ?? [];
    const own = [...this.places].filter(([, host]) => !host.startsWith(join(scratch, "place-")));
    const taken = [...own.map(([folder]) => folder), this.paths.workspace];
    for (const path of [...mounts.map((mount) => mount.path), ...folders]) {
      checkMountPath(path, taken);
      await this.makeFolder(path);
    }
    // A check starts there, also where the agent has deleted it.
    if (!this.places.has(this.paths.workspace)) await this.makeFolder(this.paths.workspace);
    for (const [n, { files }] of mounts.entries()) placeMount(this.mountFolder(n), files);
    for (const [n, path] of folders.entries()) {
      const host = join(scratch, `folder-${n}`);
      await freshFolder(host, owner);
      this.shown.set(path, host);
    }
    return mounts.map((_, n) => this.mountFolder(n));
  }

  /** Makes a folder where an agent can write: a link that it has put in the way would lead a mount elsewhere. */
  private async makeFolder(path: string): Promise<void> {
    const place = [...this.places].find(([folder]) => isIn(path, folder));
    if (place !== undefined)
      await clearWay(place[1], path.slice(place[0].length), this.folders.owner);
  }

  protected launcher(spec: ExecSpec): Launcher {
    const { host, slot } = this;
    const { limits, modelSocket, network } = this.spec;
    const { held } = host;
    const relay = spec.relay === true && network === "model" ? (modelSocket ?? null) : null;
    const plan = {
      host,
      slot,
      spec,
      arguments: this.arguments(spec, relay),
      init: [
        ...initLimits(limits, { ...held, processes: held.processes || !host.rlimitHoldsProcesses }),
        `${slot.group?.lists.length ?? 0}`,
        relay === null ? "-" : "relay",
      ],
    };
    const folders = [...this.shown.values()];
    const watch = new SandboxWatch({ limits, group: slot.group, held, folders });
    return {
      launch: (stdout, stderr) => {
        const child = launchBwrap(plan, stdout, stderr);
        watch.follow(child.pid);
        return child;
      },
      kill: killBwrap,
      pipes: slot.pipes,
      outputBytes: limits.output_bytes,
      watch,
    };
  }

  private arguments(spec: ExecSpec, relay: string | null): string[] {
    const { host } = this;
    const folder = this.folders.path;
    const root = this.spec.network === "full" ? host.rootArguments.host() : host.rootArguments.own;
    const { home } = localPaths;
    const own = { PATH: searchPath, HOME: home, USER: "agent", LOGNAME: "agent", LANG: "C.UTF-8" };
    const env = { ...own, ...this.plan?.env, ...this.spec.env, ...spec.env };
    return [
      root,
      folderArguments(this.places),
      relay === null
        ? []
        : ["--ro-bind", shareSocket(relay, folder, this.folders.owner), relaySocket],
      (spec.mounts ?? []).flatMap(({ path }, n) => ["--ro-bind", this.mountFolder(n), path]),
      (spec.folders ?? []).flatMap((path) => ["--bind", this.shown.get(path) ?? "", path]),
      ["--remount-ro", "/", "--chdir", spec.cwd ?? this.paths.workspace],
      Object.entries(env).flatMap(([name, value]) => ["--setenv", name, value]),
    ].flat();
  }

  private mountFolder(n: number): string {
    return join(this.folders.path, `mount-${n}`);
  }
}
