import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Duplex } from "node:stream";
import { ExitCode, MxError } from "@mx/cli";
import { killGroup } from "@mx/cli/kill-group";
import { HostSandbox } from "../exec/host-sandbox.ts";
import { childStdio } from "../exec/child-stdio.ts";
import { initLimits } from "../exec/init-limits.ts";
import { openStdin } from "../exec/open-stdin.ts";
import type { PipePair } from "../exec/pipe-pair.ts";
import type { Launcher } from "../exec/run-command.ts";
import { SandboxWatch } from "../exec/sandbox-watch.ts";
import { FolderView } from "../files/folder-view.ts";
import { freshFolder } from "../files/fresh-folder.ts";
import { SandboxFolders, sandboxFolders } from "../files/sandbox-folders.ts";
import { placeMount } from "../files/place-mount.ts";
import { localPaths } from "../local/paths.ts";
import { isIn } from "../local/places.ts";
import { groupGone } from "./group-gone.ts";
import type { ExecSpec, SandboxPaths, SandboxSpec } from "../sandbox.ts";

/** The processes of a user count together, whoever started them: no rlimit can hold one sandbox's. */
const held = { memory: false, processes: true };

/** What a process sandbox is made with. */
export interface ProcessSandboxOptions {
  spec: SandboxSpec;
  /** Where its scratch folder is to be made. */
  folder: string;
  paths: SandboxPaths;
  pipes: PipePair;
  /** File of the init script. */
  init: string;
  /** Search path of the host. */
  path: string;
  onRelease: (clean: boolean) => void;
}

/** Folders and a process group, and no isolation: the command sees and reaches all that we do. */
export class ProcessSandbox extends HostSandbox {
  private readonly options: ProcessSandboxOptions;
  /** The folders of the sandbox, and besides them those of the last exec. */
  private readonly shown: Map<string, string>;

  constructor(o: ProcessSandboxOptions) {
    const { paths, spec } = o;
    const folders = new SandboxFolders(o.folder, null, false);
    folders.make();
    const shown = new Map(sandboxFolders.map((name) => [paths[name], paths[name]]));
    super({
      id: spec.id,
      paths,
      modelUrl: spec.network === "none" ? null : (spec.modelUrl ?? null),
      folders,
      view: new FolderView(shown, paths.workspace, null),
      keepPlace: false,
      onRelease: o.onRelease,
    });
    this.options = o;
    this.shown = shown;
  }

  /** Paths of the isolated sandboxes mean the same folders here, so that tasks can name them. */
  protected inView(path: string): string {
    for (const name of sandboxFolders) {
      const there = localPaths[name];
      if (path.startsWith(this.folders.path)) break;
      if (isIn(path, there)) return this.paths[name] + path.slice(there.length);
    }
    return path;
  }

  protected async placeMounts(spec: ExecSpec): Promise<string[]> {
    const mounts = spec.mounts ?? [];
    const folders = spec.folders ?? [];
    for (const path of [...mounts.map((mount) => mount.path), ...folders]) this.checkMount(path);
    for (const { path, files } of mounts) placeMount(path, files);
    for (const path of folders) {
      await freshFolder(path, null);
      this.shown.set(path, path);
    }
    return mounts.map(({ path }) => path);
  }

  private checkMount(path: string): void {
    const known: readonly string[] = sandboxFolders;
    if (dirname(path) === this.folders.path && !known.includes(basename(path))) return;
    throw new MxError(`the process backend cannot have files or folders of a check at ${path}`, {
      code: "bad_mount",
      exitCode: ExitCode.badData,
      hint: `pass --backend local; without isolation they go to ${this.paths.checks}, or another name beside it`,
    });
  }

  protected launcher(spec: ExecSpec): Launcher {
    const { limits } = this.options.spec;
    const watch = new SandboxWatch({
      limits,
      group: null,
      held: { memory: false, processes: false },
      folders: sandboxFolders.map((name) => this.paths[name]),
    });
    return {
      launch: (stdout, stderr) => {
        const child = this.launch(spec, stdout, stderr);
        watch.follow(child.pid);
        return child;
      },
      kill: ({ pid }) => killGroup(pid),
      gone: ({ pid }) => groupGone(pid),
      pipes: this.options.pipes,
      outputBytes: limits.output_bytes,
      watch,
    };
  }

  private launch(spec: ExecSpec, stdout: number, stderr: number): ChildProcess {
    const { paths, options } = this;
    const cwd = resolve(paths.workspace, this.inView(spec.cwd ?? paths.workspace));
    // spawn would say ENOENT as it does for a missing program.
    if (!statSync(cwd, { throwIfNoEntry: false })?.isDirectory())
      throw new Error(`no such folder: ${cwd}`);
    const own = { PATH: options.path, HOME: paths.home, TMPDIR: paths.tmp, LANG: "C.UTF-8" };
    const stdin = spec.stdin === undefined ? null : openStdin(this.folders.path, spec.stdin, null);
    try {
      const child = spawn(
        "/bin/sh",
        [options.init, ...initLimits(options.spec.limits, held), "0", "watch", ...spec.argv],
        {
          cwd,
          detached: true,
          env: { ...own, ...options.spec.env, ...spec.env },
          // The fourth stays open as long as we live: the init's watch ends the group with us.
          stdio: childStdio([stdin ?? "ignore", stdout, stderr, "pipe", "pipe"]),
        },
      );
      (child.stdio[4] as Duplex | undefined)?.on("error", () => {});
      // What the command left running in its group ends with it.
      child.once("exit", () => killGroup(child.pid));
      return child;
    } finally {
      if (stdin !== null) closeSync(stdin);
    }
  }
}

/** Where things are in the process sandbox whose scratch folder this is. */
export function processPaths(folder: string, bin: string): SandboxPaths {
  return {
    workspace: join(folder, "workspace"),
    home: join(folder, "home"),
    tmp: join(folder, "tmp"),
    out: join(folder, "out"),
    bin,
    checks: join(folder, "checks"),
    node: process.execPath,
  };
}
