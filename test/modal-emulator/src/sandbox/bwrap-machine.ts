import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, lstatSync, mkdirSync, readlinkSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { BwrapTools } from "./bwrap-tools.ts";
import type { Fifos } from "./fifos.ts";
import { locate } from "./locate.ts";
import type { Machine, Mount, Place, SpawnOptions } from "./machine.ts";
import { spawnWithPipes, type Spawned } from "./spawned.ts";

export interface BwrapMachineOptions {
  tools: BwrapTools;
  fifos: Fifos;
  root: string;
  mounts: readonly Mount[];
  blockNetwork: boolean;
}

const folders = ["tmp", "root", "home", "mnt", "var/tmp"];

/** /bin and others: links into /usr on most systems. On the others they are seen as the folders that they are. */
const systemNames = ["bin", "lib", "lib32", "lib64", "sbin"].filter((name) =>
  existsSync(`/${name}`),
);
const links = systemNames.flatMap((name) =>
  lstatSync(`/${name}`).isSymbolicLink() ? [{ name, target: readlinkSync(`/${name}`) }] : [],
);
const systemFolders = systemNames
  .filter((name) => !links.some((link) => link.name === name))
  .map((name) => `/${name}`);

/**
 * A root of its own for the processes of a sandbox, with bubblewrap. One process holds the namespaces as long as the sandbox
 * lives, and ends when its stdin does; all others are put into the same namespaces, so that what one starts in the
 * background outlives it.
 */
export class BwrapMachine implements Machine {
  readonly root: string;
  readonly #options: BwrapMachineOptions;
  readonly #mounts: readonly Mount[];
  #holder: Promise<{ process: ChildProcess; pid: number }> | null = null;
  #closed = false;

  constructor(options: BwrapMachineOptions) {
    this.#options = options;
    this.root = options.root;
    this.#mounts = [
      ...[...options.tools.shared, ...systemFolders].map((path) => ({
        path,
        hostPath: path,
        readOnly: true,
      })),
      ...options.mounts,
    ];
    for (const folder of folders) mkdirSync(join(this.root, folder), { recursive: true });
    for (const { name, target } of links) {
      const inside = join(this.root, name);
      if (lstatSync(inside, { throwIfNoEntry: false }) === undefined) symlinkSync(target, inside);
    }
  }

  async spawn(argv: readonly string[], { cwd, env }: SpawnOptions): Promise<Spawned> {
    const { pid } = await (this.#holder ??= this.#hold());
    if (this.#closed) throw new Error("the sandbox has ended");
    const { nsenter, userNamespace } = this.#options.tools;
    const namespaces = ["--mount", "--pid"];
    if (userNamespace) namespaces.push("--user", "--preserve-credentials");
    if (this.#options.blockNetwork) namespaces.push("--net");
    const enter = [nsenter, "--target", `${pid}`, ...namespaces, `--wdns=${cwd}`, "--"];
    return spawnWithPipes([...enter, ...argv], { cwd: "/", env }, this.#options.fifos);
  }

  locate(path: string, followLast: boolean): Place {
    return locate(path, { root: this.root, mounts: this.#mounts, followLast });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const holder = await this.#holder?.catch(() => null);
    if (!holder || holder.process.exitCode !== null || holder.process.signalCode !== null) return;
    const gone = once(holder.process, "exit");
    try {
      process.kill(holder.pid, "SIGKILL"); // the first of the namespace: the kernel ends all others with it
    } catch {
      // it has ended by itself
    }
    await gone;
  }

  async #hold(): Promise<{ process: ChildProcess; pid: number }> {
    const { bwrap } = this.#options.tools;
    const holder = spawn(bwrap, [...this.#arguments(), "/bin/sh", "-c", "echo; read end"], {
      cwd: "/",
      env: {},
      stdio: ["pipe", "pipe", "pipe", "pipe"],
      detached: true, // Ctrl-C is for the emulator, which ends its sandboxes when it is time
    });
    let complaint = "";
    holder.stderr?.on("data", (bytes: Buffer) => (complaint += bytes.toString()));
    holder.stdin?.on("error", () => {});
    const failed = once(holder, "close").then(() => {
      throw new Error(`bwrap could not make a sandbox: ${complaint.trim() || "it ended"}`);
    });
    failed.catch(() => {}); // the usual end of a sandbox, later
    // "child-pid" comes before the mounts are made, the line of the shell after.
    const ready = Promise.all([
      childPid(holder.stdio[3] as Readable),
      once(holder.stdout!, "data"),
    ]);
    const [pid] = await Promise.race([ready, failed]);
    holder.stdout?.resume();
    return { process: holder, pid };
  }

  #arguments(): string[] {
    const { tools, blockNetwork } = this.#options;
    const mounts = [...this.#mounts].toSorted((a, b) => a.path.length - b.path.length);
    return [
      ...["--bind", this.root, "/"],
      ...mounts.flatMap(({ path, hostPath, readOnly }) => [
        readOnly ? "--ro-bind" : "--bind",
        hostPath,
        path,
      ]),
      ...["--proc", "/proc", "--dev", "/dev", "--unshare-pid", "--die-with-parent"],
      ...(tools.userNamespace ? ["--unshare-user", "--uid", "0", "--gid", "0"] : []),
      ...(blockNetwork ? ["--unshare-net"] : []),
      ...["--info-fd", "3", "--"],
    ];
  }
}

/** Reads on to the end: bwrap dies where nobody does. */
async function childPid(info: Readable): Promise<number> {
  let text = "";
  return new Promise((resolve) => {
    info
      .on("error", () => {})
      .on("data", (bytes: Buffer) => {
        text += bytes.toString();
        const pid = /"child-pid":\s*(\d+)/.exec(text)?.[1];
        if (pid !== undefined) resolve(Number(pid));
      });
  });
}
