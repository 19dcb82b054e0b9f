import { closeSync, lchownSync, lstatSync, mkdirSync, readlinkSync, type Stats } from "node:fs";
import { openFolder } from "../scratch/open-folder.ts";

/** Who owns what is put into a sandbox; null: whoever we are. */
export interface Owner {
  uid: number;
  gid: number;
}

/** Where a path of the sandbox leads: a name in a folder that is held open. */
export interface Place {
  /** Host path of it, by way of the descriptor: valid until the view's `visit` returns. */
  path: string;
  /** What is there, links not followed; null: nothing. */
  stats: Stats | null;
}

interface Step {
  name: string;
  /** Null: a folder that is only a way to the others, such as /home. */
  descriptor: number | null;
}

const mostLinks = 40;

/**
 * The writable folders of a sandbox, looked at from the host as the sandbox sees them: absolute links start
 * at the sandbox's root, and no link leads out. Each folder on the way is held by a descriptor, so that an
 * agent that swaps folders for links meanwhile gains nothing.
 */
export class FolderView {
  private readonly folders: ReadonlyMap<string, string>;
  private readonly base: string;
  private readonly owner: Owner | null;

  /** `folders`: path in the sandbox to host folder. `base`: what relative paths are relative to. */
  constructor(folders: ReadonlyMap<string, string>, base: string, owner: Owner | null) {
    this.folders = folders;
    this.base = base;
    this.owner = owner;
  }

  /**
   * Calls `use` with the place that `path` leads to; null: outside, or on no way that exists.
   * `follow`: also through a link at the end. `create`: makes the folders on the way.
   */
  async visit<T>(
    path: string,
    options: { follow: boolean; create: boolean },
    use: (place: Place | null) => T | Promise<T>,
  ): Promise<T> {
    const steps: Step[] = [];
    try {
      return await use(path.includes("\0") ? null : this.walk(path, options, steps));
    } finally {
      for (const step of steps) leave(step);
    }
  }

  private walk(
    path: string,
    options: { follow: boolean; create: boolean },
    steps: Step[],
  ): Place | null {
    const names = (path.startsWith("/") ? path : `${this.base}/${path}`).split("/");
    let links = 0;
    for (let name = names.shift(); name !== undefined; name = names.shift()) {
      if (name === "" || name === ".") continue;
      if (name === "..") {
        leave(steps.pop());
        continue;
      }
      const folder = steps.at(-1)?.descriptor ?? null;
      // A folder of the sandbox may lie in another one, and hides what is there.
      if (folder === null || this.folders.has(pathOf(steps, name))) {
        if (!this.enter(name, steps)) return null;
        continue;
      }
      const place = look(`/proc/self/fd/${folder}/${name}`);
      const last = names.every((rest) => rest === "" || rest === ".");
      if (place.stats?.isSymbolicLink() && (!last || options.follow)) {
        const target = readlinkSync(place.path);
        if (++links > mostLinks) return null;
        if (target.startsWith("/")) for (const step of steps.splice(0)) leave(step);
        names.unshift(...target.split("/"));
        continue;
      }
      if (last) return place;
      if (place.stats === null && options.create) this.makeFolder(place.path);
      const descriptor = openFolder(place.path);
      if (descriptor === null) return null;
      steps.push({ name, descriptor });
    }
    return null; // a folder of the sandbox itself, or a way to one
  }

  /** Goes from the root, or a folder that is only a way, into `name`. */
  private enter(name: string, steps: Step[]): boolean {
    const path = pathOf(steps, name);
    const folder = this.folders.get(path);
    if (folder !== undefined) {
      const descriptor = openFolder(folder);
      if (descriptor !== null) steps.push({ name, descriptor });
      return descriptor !== null;
    }
    const onTheWay = [...this.folders.keys()].some((known) => known.startsWith(`${path}/`));
    if (onTheWay) steps.push({ name, descriptor: null });
    return onTheWay;
  }

  private makeFolder(path: string): void {
    mkdirSync(path, 0o755);
    if (this.owner !== null) lchownSync(path, this.owner.uid, this.owner.gid);
  }
}

function pathOf(steps: Step[], name: string): string {
  return `/${[...steps.map((step) => step.name), name].join("/")}`;
}

function look(path: string): Place {
  try {
    return { path, stats: lstatSync(path, { throwIfNoEntry: false }) ?? null };
  } catch {
    return { path, stats: null }; // no permission to look: as good as not there
  }
}

function leave(step: Step | undefined): void {
  if (typeof step?.descriptor === "number") closeSync(step.descriptor);
}
