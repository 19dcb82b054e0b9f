import type { ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, posix } from "node:path";
import { ExitCode, MxError } from "@mx/cli";
import { HostSandbox } from "../exec/host-sandbox.ts";
import { initLimits } from "../exec/init-limits.ts";
import { tooLongArgument } from "../exec/longest-argument.ts";
import { notStarted, type Launcher } from "../exec/run-command.ts";
import { FolderView } from "../files/folder-view.ts";
import { checkExecPaths, isIn } from "../local/places.ts";
import { LostSandboxError } from "../modal/lost-sandbox.ts";
import type { ExecResult, ExecSpec, SandboxFile } from "../sandbox.ts";
import { envFile, execFile } from "./container-init.ts";
import type { LayerLink } from "./container-folders.ts";
import { linksFile } from "./place-links.ts";
import type { ContainerSandboxOptions } from "./container-sandbox-options.ts";
import { ContainerWatch } from "./container-watch.ts";
import { ImageFiles } from "./image-files.ts";
import { endContainer, killUntilGone } from "./end-container.ts";

/**
 * A container that is started for each command, and stops with it: its layers and folders stay, and the kernel leaves
 * no process of one command to the next.
 */
export class ContainerSandbox extends HostSandbox {
  readonly #options: ContainerSandboxOptions;
  readonly #imageFiles: ImageFiles;
  /** Its workspace is a folder of the host, and not in the image's layers. */
  readonly #hasWorkspace: boolean;
  #isLost = false;
  /** Those of the next command that its init has to make. */
  #links: LayerLink[] = [];
  #ended: Promise<void> | null = null;

  constructor(o: ContainerSandboxOptions) {
    const { workspace } = o.paths;
    super({
      id: o.name,
      paths: o.paths,
      modelUrl: o.modelUrl,
      folders: o.base,
      view: new FolderView(o.folders.view(), workspace, null),
      keepPlace: false,
      onRelease: () => {},
    });
    this.#options = o;
    this.#imageFiles = new ImageFiles(o.engine, o.name, workspace);
    this.#hasWorkspace = o.folders.bound.has(workspace);
  }

  override async putFiles(files: SandboxFile[]): Promise<void> {
    const inImage = files.filter(({ path }) => this.#isInImage(path));
    await super.putFiles(files.filter((file) => !inImage.includes(file)));
    if (inImage.length === 0) return;
    const placed = inImage.map((file) => ({ ...file, path: this.#absolute(file.path) }));
    await this.#imageFiles.put(placed, this.#options.owner);
  }

  override async readFile(path: string, maxBytes: number) {
    if (path.includes("\0") || !this.#isInImage(path)) return super.readFile(path, maxBytes);
    const found = await this.#imageFiles.read(this.#absolute(path), maxBytes, (place) =>
      this.#isShown(place),
    );
    if (found === null || "bytes" in found) return found;
    return super.readFile(found.elsewhere, maxBytes);
  }

  override exec(spec: ExecSpec): Promise<ExecResult> {
    if (this.#isLost) {
      return Promise.reject(
        new LostSandboxError(`the container ${this.id} could not be stopped`, null),
      );
    }
    const tooLong = tooLongArgument(spec.argv);
    if (tooLong !== null) return Promise.resolve(notStarted(tooLong));
    return super.exec(spec);
  }

  override release(): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  async #end(): Promise<void> {
    const { engine, pipes, onRelease, name, clean } = this.#options;
    try {
      // Its commands have ended by then, and their folders are gone, unless the container's user alone may delete them.
      await super.release().catch(() => clean());
      await endContainer(engine, name);
    } finally {
      pipes.close();
      onRelease();
    }
  }

  protected inView(path: string): string {
    return path;
  }

  protected async placeMounts(spec: ExecSpec): Promise<string[]> {
    checkExecPaths(spec, this.paths);
    const { made, links } = await this.#options.folders.place(spec);
    // Only root may replace what is anywhere; and of what others may not replace, an agent has put nothing there.
    this.#links = this.#options.owner.uid === 0 ? links : [];
    if (links.length > this.#links.length) await this.#imageFiles.link(links);
    return made;
  }

  protected launcher(spec: ExecSpec): Launcher {
    const { engine, name, held, pipes, folders } = this.#options;
    const { limits } = this.#options.spec;
    this.#writeCommand(spec);
    const watch = new ContainerWatch({ engine, name, limits, held, folders: folders.counted() });
    const { control, hold, letGo } = pipes.open();
    control.on("data", (chunk: Buffer) => {
      letGo(); // it is up, and has them open
      watch.hear(chunk);
    });
    let said = "";
    return {
      launch: () => {
        hold();
        const child = engine.start(["start", "--attach", name], { stdin: false });
        child.stdout?.resume();
        child.stderr?.on("data", (chunk: Buffer) => {
          said = (said + chunk.toString("utf8")).slice(-4096);
        });
        child.once("close", letGo);
        child.once("exit", (_, signal) => {
          watch.close();
          // The engine's program was ended from here, for want of an end; nobody knows about the container.
          this.#isLost ||= signal !== null;
        });
        return child;
      },
      kill: (child: ChildProcess) => void killUntilGone(engine, name, child),
      control,
      said: () => said,
      pipes: pipes.output,
      outputBytes: limits.output_bytes,
      watch,
    };
  }

  /** Leaves word for the init of what to run. */
  #writeCommand(spec: ExecSpec): void {
    const { env, folders, held, shareSocket } = this.#options;
    const own = this.#options.spec;
    const relay = spec.relay === true && this.modelUrl !== null;
    if (relay) shareSocket();
    const next = {
      argv: spec.argv,
      cwd: posix.resolve(this.paths.workspace, spec.cwd ?? ""),
      workspace: this.paths.workspace,
      limits: initLimits(own.limits, { ...held, processes: true }),
      relay,
      stdin: spec.stdin !== undefined,
      links: this.#links.length > 0,
    };
    const write = (name: string, bytes: string | Uint8Array) =>
      writeFileSync(join(folders.run, name), bytes, { mode: 0o644 });
    if (next.links) write(linksFile, JSON.stringify(this.#links));
    write("exec", execFile(next));
    write("env", envFile({ ...env, ...own.env, ...spec.env }));
    if (spec.stdin !== undefined) write("in", spec.stdin);
  }

  /** It lies in a folder of the last command, or in one of the host's in the workspace. */
  #isShown(path: string): boolean {
    const absolute = this.#absolute(path);
    return [...this.#options.folders.view().keys()].some((folder) => isIn(absolute, folder));
  }

  #absolute(path: string): string {
    return posix.resolve(this.paths.workspace, path);
  }

  #isInImage(path: string): boolean {
    const isHere = this.#imageFiles.has(this.#absolute(path));
    if (this.#hasWorkspace || !isHere || this.#isShown(path)) return false;
    if (!path.includes("\0")) return true;
    throw new MxError(`${JSON.stringify(path)} cannot be the name of a file`, {
      code: "path_outside_sandbox",
      exitCode: ExitCode.badData,
    });
  }
}
