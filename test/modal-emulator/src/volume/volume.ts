import {
  constants,
  copyFileSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, posix } from "node:path";
import { invalid, notFound } from "../grpc/status.ts";

/** One entry of a volume as it was committed. */
export interface VolumeEntry {
  kind: "file" | "directory" | "symlink";
  /** A file's content on the host: never changed once it is here. Null for others. */
  content: string | null;
  /** Where a symbolic link leads. */
  target: string | null;
  size: number;
  mode: number;
  /** Seconds since 1970. */
  mtime: number;
}

export interface VolumeSpec {
  id: string;
  name: string;
  environment: string;
  /** Modal's version of its file system. */
  version: 1 | 2;
  /** Host folder for contents. */
  folder: string;
}

/** A volume: what has been committed. Sandboxes work on views of it. */
export class Volume {
  readonly id: string;
  name: string;
  readonly environment: string;
  readonly version: 1 | 2;
  readonly createdAt = Date.now() / 1000;
  readonly #folder: string;
  readonly #entries = new Map<string, VolumeEntry>();
  #contents = 0;

  constructor({ id, name, environment, version, folder }: VolumeSpec) {
    this.id = id;
    this.name = name;
    this.environment = environment;
    this.version = version;
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** An entry by its path, which has no leading slash; undefined where there is none. */
  get(path: string): VolumeEntry | undefined {
    return this.#entries.get(path);
  }

  /** Paths at or below one, the empty path being the volume itself, with their entries, sorted. */
  below(path: string): [path: string, entry: VolumeEntry][] {
    const prefix = path === "" ? "" : `${path}/`;
    return [...this.#entries]
      .filter(([name]) => name === path || name.startsWith(prefix))
      .toSorted(([a], [b]) => (a < b ? -1 : 1));
  }

  /** Commits what a host's file, folder or link is now. */
  putHostFile(path: string, hostPath: string): void {
    const status = lstatSync(hostPath);
    const common = { mode: status.mode & 0o7777, mtime: Math.floor(status.mtimeMs / 1000) };
    if (status.isSymbolicLink()) {
      const target = readlinkSync(hostPath);
      this.#put(path, { kind: "symlink", content: null, target, size: target.length, ...common });
    } else if (status.isDirectory()) {
      this.#put(path, { kind: "directory", content: null, target: null, size: 0, ...common });
    } else if (status.isFile()) {
      const content = this.#newContent();
      copyFileSync(hostPath, content, constants.COPYFILE_FICLONE);
      utimesSync(content, status.atimeMs / 1000, status.mtimeMs / 1000);
      this.#put(path, { kind: "file", content, target: null, size: status.size, ...common });
    }
  }

  /** Commits a file with these bytes. */
  putBytes(path: string, bytes: readonly Uint8Array[], mode: number): void {
    const content = this.#newContent();
    writeFileSync(content, Buffer.concat(bytes), { mode });
    const size = bytes.reduce((sum, piece) => sum + piece.length, 0);
    const mtime = Math.floor(Date.now() / 1000);
    this.#put(path, { kind: "file", content, target: null, size, mode, mtime });
  }

  /** Takes an entry away; a folder only with all that is in it. */
  remove(path: string, recursive: boolean): void {
    const entries = this.below(path);
    if (!entries.some(([name]) => name === path) && path !== "")
      throw notFound(`No such file: ${path}`);
    if (entries.length > 1 && !recursive) throw invalid(`${path} is a directory and not empty`);
    for (const [name] of entries) this.#entries.delete(name);
  }

  /** Forgets one entry, if it is there. */
  forget(path: string): void {
    this.#entries.delete(path);
  }

  /** Copies entries into a folder, or one file to a new name. */
  copy(sources: readonly string[], destination: string, recursive: boolean): void {
    const isFolder = sources.length > 1 || this.get(destination)?.kind === "directory";
    for (const source of sources) {
      const entries = this.below(source);
      if (entries.length === 0) throw notFound(`No such file: ${source}`);
      if (entries[0]![1].kind === "directory" && !recursive)
        throw invalid(`${source} is a directory`);
      const target = isFolder ? posix.join(destination, posix.basename(source)) : destination;
      for (const [name, entry] of entries)
        this.#put(target + name.slice(source.length), { ...entry });
    }
  }

  /** Writes one entry below a host's folder. Read-only views share the content; others get a copy of their own. */
  materialise(path: string, hostPath: string, share: boolean): void {
    const entry = this.#entries.get(path);
    if (entry === undefined) return;
    mkdirSync(dirname(hostPath), { recursive: true });
    if (entry.kind === "directory") mkdirSync(hostPath, { recursive: true });
    else if (entry.kind === "symlink") symlinkSync(entry.target!, hostPath);
    else if (!share || !canLink(entry.content!, hostPath))
      copyFileSync(entry.content!, hostPath, constants.COPYFILE_FICLONE);
  }

  #put(path: string, entry: VolumeEntry): void {
    for (let folder = posix.dirname(path); folder !== "."; folder = posix.dirname(folder)) {
      const parent = this.#entries.get(folder);
      if (parent !== undefined && parent.kind !== "directory")
        throw invalid(`${folder} is no directory`);
      this.#entries.set(folder, parent ?? { ...emptyFolder, mtime: entry.mtime });
    }
    this.#entries.set(path, entry);
  }

  #newContent(): string {
    return join(this.#folder, `${this.#contents++}`);
  }
}

const emptyFolder = {
  kind: "directory",
  content: null,
  target: null,
  size: 0,
  mode: 0o755,
} as const;

/** Links a file to another name; false where it has as many as a file can have. */
function canLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EMLINK") return false;
    throw error;
  }
}

/** A path as volumes keep it: no slash at either end. Throws INVALID_ARGUMENT where it leads out of the volume. */
export function volumePath(path: string): string {
  const normal = posix.normalize(`/${path}`).replace(/^\/+|\/+$/g, "");
  if (path.split("/").includes("..")) throw invalid(`${path} leads out of the volume`);
  return normal;
}
