import type { FolderView } from "../files/folder-view.ts";
import type { SandboxFolders } from "../files/sandbox-folders.ts";
import { putFiles } from "../files/put-files.ts";
import { readFile } from "../files/read-file.ts";
import type { ExecResult, ExecSpec, Sandbox, SandboxFile, SandboxPaths } from "../sandbox.ts";
import { removeTree } from "../scratch/remove-tree.ts";
import { checkExec } from "./check-exec.ts";
import { CommandRun, type Launcher } from "./run-command.ts";

/** What a sandbox on this host is made with. */
export interface HostSandboxOptions {
  id: string;
  paths: SandboxPaths;
  modelUrl: string | null;
  /** Its folders, made already. */
  folders: SandboxFolders;
  view: FolderView;
  /** Another sandbox will come to the same place, so that untouched folders may stay. */
  keepPlace: boolean;
  /** Called at the end; `clean`: nothing of this sandbox is left. */
  onRelease: (clean: boolean) => void;
}

/** A sandbox whose folders lie on this host. How a command starts is what the kinds of it differ in. */
export abstract class HostSandbox implements Sandbox {
  readonly id: string;
  readonly paths: SandboxPaths;
  readonly modelUrl: string | null;
  protected readonly folders: SandboxFolders;
  private readonly view: FolderView;
  private readonly keepPlace: boolean;
  private readonly onRelease: (clean: boolean) => void;
  /** `run` null: its mounts are on their way. */
  private running: { run: CommandRun | null; result: Promise<unknown> } | null = null;
  private released: Promise<void> | null = null;

  constructor(o: HostSandboxOptions) {
    this.id = o.id;
    this.paths = o.paths;
    this.modelUrl = o.modelUrl;
    this.folders = o.folders;
    this.view = o.view;
    this.keepPlace = o.keepPlace;
    this.onRelease = o.onRelease;
  }

  /** What is needed to start the command; `mounts` are there already. */
  protected abstract launcher(spec: ExecSpec): Launcher;

  /** Puts the mounts and the folders of a command where it will see them; what to remove when it has ended. */
  protected abstract placeMounts(spec: ExecSpec): Promise<string[]>;

  /** The path of a file as the view of the sandbox's folders has it. */
  protected abstract inView(path: string): string;

  async putFiles(files: SandboxFile[]): Promise<void> {
    const placed = files.map((file) => ({ ...file, path: this.inView(file.path) }));
    await putFiles(this.view, placed, this.folders.owner);
  }

  async readFile(path: string, maxBytes: number) {
    return readFile(this.view, this.inView(path), maxBytes);
  }

  async exec(spec: ExecSpec): Promise<ExecResult> {
    if (this.released !== null) throw new Error(`sandbox ${this.id} was released`);
    if (this.running !== null) throw new Error(`sandbox ${this.id} runs a command already`);
    checkExec(spec);
    this.folders.use();
    const placed = this.placeMounts(spec);
    this.running = { run: null, result: placed.catch(() => {}) };
    let mounts: string[] = [];
    try {
      mounts = await placed;
      if (this.released !== null) return { ended: "cancelled", exitCode: null, elapsedMs: 0 };
      const run = new CommandRun(spec, this.launcher(spec));
      const result = run.result();
      this.running = { run, result };
      return await result;
    } finally {
      for (const folder of mounts) await removeTree(folder);
      this.running = null;
    }
  }

  release(): Promise<void> {
    this.released ??= this.remove();
    return this.released;
  }

  private async remove(): Promise<void> {
    this.running?.run?.end({ ended: "cancelled" });
    await this.running?.result;
    let clean = false;
    try {
      await (this.keepPlace ? this.folders.clear() : this.folders.remove());
      clean = true;
    } finally {
      this.onRelease(clean);
    }
  }
}
