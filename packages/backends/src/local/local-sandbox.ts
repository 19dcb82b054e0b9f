import { join } from "node:path";
import { ExitCode, MxError } from "@mx/cli";
import { HostSandbox } from "../exec/host-sandbox.ts";
import { allProcesses, initLimits } from "../exec/init-limits.ts";
import type { Launcher } from "../exec/run-command.ts";
import { SandboxWatch } from "../exec/sandbox-watch.ts";
import { FolderView } from "../files/folder-view.ts";
import { placeMount } from "../files/place-mount.ts";
import type { ExecSpec, SandboxSpec } from "../sandbox.ts";
import { folderArguments } from "./bwrap-arguments.ts";
import { killBwrap, launchBwrap } from "./bwrap-launcher.ts";
import type { LocalHost, LocalSlot } from "./local-host.ts";
import { foldersOf, localPaths, relaySocket, searchPath } from "./paths.ts";
import { shareSocket } from "./share-socket.ts";

/** A sandbox made of folders of the host; every exec is a bwrap of its own over them. */
export class LocalSandbox extends HostSandbox {
  private readonly host: LocalHost;
  private readonly slot: LocalSlot;
  private readonly spec: SandboxSpec;

  constructor(o: {
    host: LocalHost;
    slot: LocalSlot;
    spec: SandboxSpec;
    modelUrl: string | null;
    onRelease: (clean: boolean) => void;
  }) {
    const { slot, spec } = o;
    const { folders } = slot;
    folders.make();
    super({
      id: spec.id,
      paths: o.host.paths,
      modelUrl: o.modelUrl,
      folders,
      view: new FolderView(foldersOf(folders.path), localPaths.workspace, folders.owner),
      keepPlace: true,
      onRelease: o.onRelease,
    });
    this.host = o.host;
    this.slot = slot;
    this.spec = spec;
    slot.group?.limit(spec.limits.memory_bytes, allProcesses(spec.limits));
  }

  protected inView(path: string): string {
    return path;
  }

  protected placeMounts(spec: ExecSpec): string[] {
    return (spec.mounts ?? []).map(({ path, files }, n) => {
      // Below /workspace the agent could put a link in the way; /mx is ours.
      if (
        !/^\/mx\/[\w-][\w.-]*$/.test(path) ||
        ["/mx/bin", "/mx/out", relaySocket].includes(path)
      ) {
        throw new MxError(`nothing can be mounted at ${path}`, {
          code: "bad_mount",
          exitCode: ExitCode.badData,
          hint: `mounts go to ${localPaths.checks} or another name in /mx`,
        });
      }
      placeMount(this.mountFolder(n), files);
      return this.mountFolder(n);
    });
  }

  protected launcher(spec: ExecSpec): Launcher {
    const { host, slot } = this;
    const folder = this.folders.path;
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
    const folders = [...foldersOf(folder).values()];
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
    const { workspace, home } = localPaths;
    const own = { PATH: searchPath, HOME: home, USER: "agent", LOGNAME: "agent", LANG: "C.UTF-8" };
    const env = { ...own, ...this.spec.env, ...spec.env };
    return [
      root,
      folderArguments(folder),
      relay === null
        ? []
        : ["--ro-bind", shareSocket(relay, folder, this.folders.owner), relaySocket],
      (spec.mounts ?? []).flatMap(({ path }, n) => ["--ro-bind", this.mountFolder(n), path]),
      ["--remount-ro", "/", "--chdir", spec.cwd ?? workspace],
      Object.entries(env).flatMap(([name, value]) => ["--setenv", name, value]),
    ].flat();
  }

  private mountFolder(n: number): string {
    return join(this.folders.path, `mount-${n}`);
  }
}
