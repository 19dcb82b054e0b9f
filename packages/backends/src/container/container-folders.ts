import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, posix } from "node:path";
import { clearWay } from "../files/clear-way.ts";
import { freshFolder } from "../files/fresh-folder.ts";
import { placeMount } from "../files/place-mount.ts";
import { localPaths, relaySocket } from "../local/paths.ts";
import { isIn } from "../local/places.ts";
import { removeTree } from "../scratch/remove-tree.ts";
import type { ExecSpec } from "../sandbox.ts";
import { boundFolders } from "./container-paths.ts";
import type { Bind } from "./create-arguments.ts";

/** Where the folders of execs lie inside. */
const freshInside = "/mx/rw";

/** A link that an image's layers are to have. */
export interface LayerLink {
  path: string;
  to: string;
}

/**
 * The host folders of one container. /mx is one of them, read-only inside, so that what is put there on the host, while
 * the container is stopped, is there for its next command. A mount or a folder of a command at another path is a link to there.
 */
export class ContainerFolders {
  /** Path inside to host folder: those that the sandbox has for good. */
  readonly bound: ReadonlyMap<string, string>;
  /** Host folder of mx's own files for the container. */
  readonly run: string;
  readonly #path: string;
  readonly #view: Map<string, string>;
  #links: string[] = [];

  /**
   * `path`: the sandbox's scratch folder, in which the folders of `sandboxFolders` are. `workdir`: as `boundFolders`
   * takes it.
   */
  constructor(path: string, workdir: string | null) {
    this.#path = path;
    this.bound = new Map(
      [...boundFolders(workdir)].map(([inside, name]) => [inside, join(path, name)]),
    );
    this.run = join(path, "mx/run");
    this.#view = new Map(this.bound);
    for (const name of ["mx", "mx/run", "mx/bin", "mx/out", "mx/rw", "rw"]) {
      mkdirSync(join(path, name));
      chmodSync(join(path, name), 0o755);
    }
    // An image may have a user of its own. Nobody else gets into the folder above.
    for (const folder of [...this.bound.values(), join(path, "rw")]) {
      chmodSync(folder, folder.endsWith("/tmp") ? 0o1777 : 0o777);
    }
  }

  /** What readFile and putFiles reach on the host; follows what `place` does. */
  view(): ReadonlyMap<string, string> {
    return this.#view;
  }

  /** The host folders whose size counts. */
  counted(): string[] {
    return [...this.bound.values(), join(this.#path, "rw")];
  }

  /** `bin`: host folder of the tools. `socket`: of the model, where it could not be linked into /mx. */
  binds(bin: string, socket: string | null): Bind[] {
    if (socket !== null) writeFileSync(join(this.#path, "mx", posix.basename(relaySocket)), "");
    return [
      { from: join(this.#path, "mx"), to: "/mx", readOnly: true },
      { from: bin, to: localPaths.bin, readOnly: true },
      { from: join(this.#path, "rw"), to: freshInside, readOnly: false },
      ...[...this.bound].map(([to, from]) => ({ from, to, readOnly: false })),
      ...(socket === null ? [] : [{ from: socket, to: relaySocket, readOnly: true }]),
    ];
  }

  /** Where the model's socket is to be linked. */
  get socketFolder(): string {
    return join(this.#path, "mx");
  }

  /**
   * Puts the mounts and folders of a command in place, while the container is stopped. What is to be removed after the
   * command, and the links that the image's layers need for it.
   */
  async place({
    mounts = [],
    folders = [],
  }: ExecSpec): Promise<{ made: string[]; links: LayerLink[] }> {
    for (const link of this.#links.splice(0)) await removeTree(link);
    this.#view.clear();
    for (const [inside, host] of this.bound) this.#view.set(inside, host);
    const made: string[] = [];
    const links: LayerLink[] = [];
    for (const [n, { path, files }] of mounts.entries()) {
      const name = isIn(path, "/mx") ? path.slice("/mx/".length) : `mount-${n}`;
      const host = join(this.#path, "mx", name);
      placeMount(host, files);
      made.push(host);
      await this.#link(path, `/mx/${name}`, links);
    }
    for (const [n, path] of folders.entries()) {
      const host = join(this.#path, "rw", `${n}`);
      await freshFolder(host, null);
      chmodSync(host, 0o777);
      this.#view.set(path, host);
      await this.#link(path, `${freshInside}/${n}`, links);
    }
    return { made, links };
  }

  /** Makes `path` lead to what is at `to`; where it lies in the image, the link is left to the caller. */
  async #link(path: string, to: string, inImage: LayerLink[]): Promise<void> {
    if (path === to) return;
    const host = await this.#hostPath(path);
    if (host === null) {
      inImage.push({ path, to });
      return;
    }
    await removeTree(host).catch(() => rmSync(host, { force: true }));
    symlinkSync(to, host);
    this.#links.push(host);
  }

  /** Null: it is no path in a folder of the host. Its parents are made. */
  async #hostPath(path: string): Promise<string | null> {
    if (isIn(path, "/mx") && !isIn(path, localPaths.out)) {
      return join(this.#path, "mx", path.slice("/mx/".length));
    }
    const place = [...this.bound].find(([folder]) => isIn(path, folder));
    if (place === undefined) return null;
    const [folder, host] = place;
    const relative = path.slice(folder.length);
    await clearWay(host, posix.dirname(relative), null);
    return join(host, relative);
  }
}
