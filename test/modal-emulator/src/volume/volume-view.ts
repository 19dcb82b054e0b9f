import { lstatSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join, posix } from "node:path";
import type { VolumeEntry, Volume } from "./volume.ts";

export interface ViewSpec {
  volume: Volume;
  /** Absolute path inside the sandbox. */
  path: string;
  /** Host folder that is mounted there. */
  folder: string;
  readOnly: boolean;
  /** Folder in the volume that is seen; empty: all of it. */
  subPath: string;
  backgroundCommits: boolean;
}

/** What was in the folder when it last was the same as the volume. */
interface Seen {
  entry: VolumeEntry | null;
  stamp: string;
}

/**
 * A volume as one sandbox sees it: the state of its start or of its last reload, and what the sandbox has written since.
 * Nobody else sees those writes before a commit; the last commit of a file wins.
 */
export class VolumeView {
  readonly spec: ViewSpec;
  readonly #seen = new Map<string, Seen>();

  constructor(spec: ViewSpec) {
    this.spec = spec;
    mkdirSync(spec.folder, { recursive: true });
    this.#refresh();
  }

  /** Makes what the sandbox has changed visible to others. */
  commit(): void {
    if (this.spec.readOnly) return;
    const now = this.#stamps();
    for (const [path, stamp] of now) {
      if (this.#seen.get(path)?.stamp === stamp) continue;
      const name = this.#name(path);
      const isThere = unlessGone(() => {
        this.spec.volume.putHostFile(name, join(this.spec.folder, path));
        return true;
      });
      if (isThere === null) continue;
      this.#seen.set(path, { entry: this.spec.volume.get(name) ?? null, stamp });
    }
    for (const path of this.#seen.keys()) {
      if (now.has(path)) continue;
      this.spec.volume.forget(this.#name(path));
      this.#seen.delete(path);
    }
  }

  /** Commits, then shows what others have committed. */
  reload(): void {
    this.commit();
    this.#refresh();
  }

  #refresh(): void {
    const { volume, folder, readOnly, subPath } = this.spec;
    const current = new Map(
      volume
        .below(subPath)
        .filter(([name]) => name !== subPath)
        .map(([name, entry]) => [subPath === "" ? name : name.slice(subPath.length + 1), entry]),
    );
    for (const [path, { entry }] of this.#seen) {
      const is = current.get(path);
      if (is === entry || (is?.kind === "directory" && entry?.kind === "directory")) continue;
      rmSync(join(folder, path), { recursive: true, force: true });
      this.#seen.delete(path);
    }
    for (const [path, entry] of current) {
      if (this.#seen.has(path) && lstatSync(join(folder, path), { throwIfNoEntry: false }))
        continue;
      volume.materialise(this.#name(path), join(folder, path), readOnly);
      this.#seen.set(path, { entry, stamp: "" });
    }
    const stamps = this.#stamps();
    for (const [path, seen] of this.#seen) seen.stamp = stamps.get(path) ?? "";
  }

  #name(path: string): string {
    return posix.join(this.spec.subPath, path);
  }

  /** Every path in the folder with what changes when it is written to. */
  #stamps(): Map<string, string> {
    const stamps = new Map<string, string>();
    const walk = (inner: string) => {
      const names = unlessGone(() => readdirSync(join(this.spec.folder, inner)));
      if (names === null) return this.#keep(inner, stamps);
      for (const name of names) {
        const path = inner === "" ? name : `${inner}/${name}`;
        const status = lstatSync(join(this.spec.folder, path), { throwIfNoEntry: false });
        if (status === undefined) continue;
        const isFolder = status.isDirectory();
        // A folder's own times change with what is in it, which is looked at anyway.
        stamps.set(
          path,
          isFolder
            ? `folder ${status.mode}`
            : `${status.ino} ${status.size} ${status.mtimeMs} ${status.mode}`,
        );
        if (isFolder) walk(path);
      }
    };
    walk("");
    return stamps;
  }

  /** What is in a folder that cannot be looked into counts as unchanged. */
  #keep(folder: string, stamps: Map<string, string>): void {
    for (const [path, { stamp }] of this.#seen) {
      if (path.startsWith(`${folder}/`)) stamps.set(path, stamp);
    }
  }
}

/** The sandbox goes on while its files are read: null for what it has just taken away, or closed to its owner. */
function unlessGone<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (["ENOENT", "ENOTDIR", "EACCES"].includes(code)) return null;
    throw error;
  }
}
