import { posix } from "node:path";
import { isIn } from "../local/places.ts";
import type { SandboxFile } from "../sandbox.ts";
import type { Engine } from "./engine.ts";
import type { LayerLink } from "./container-folders.ts";
import { firstEntry, tarArchive } from "./tar-archive.ts";

const mostLinks = 40;
const root = { uid: 0, gid: 0 };
/** Room for the headers before a file. */
const headerBytes = 16 * 1024;

/** What `read` came upon. `elsewhere`: a link leads to this path, in a folder of the host. */
export type Found = { bytes: Buffer; truncated: boolean } | { elsewhere: string } | null;

/**
 * Files of a container that lie in its image's layers. They pass through the engine as archives, which it takes apart
 * within the container's own root, so that no link leads out of that.
 */
export class ImageFiles {
  readonly #engine: Engine;
  readonly #name: string;
  readonly #folder: string;

  /** `folder`: the only one that files are put into; links in it are followed within the container. */
  constructor(engine: Engine, name: string, folder: string) {
    this.#engine = engine;
    this.#name = name;
    this.#folder = folder;
  }

  /** `path` is absolute and normalized. */
  has(path: string): boolean {
    return isIn(path, this.#folder);
  }

  /** Paths are absolute. */
  async put(files: SandboxFile[], owner: { uid: number; gid: number }): Promise<void> {
    await this.#extract(tarArchive(files, owner));
  }

  /** Puts links in place of whatever is there. */
  async link(links: LayerLink[]): Promise<void> {
    await this.#extract(
      tarArchive(
        links.map(({ path, to }) => ({ path, linkTo: to })),
        root,
      ),
    );
  }

  /** `isElsewhere`: it lies in a folder of the host. */
  async read(
    path: string,
    maxBytes: number,
    isElsewhere: (place: string) => boolean,
  ): Promise<Found> {
    let place = posix.normalize(path);
    for (let links = 0; links < mostLinks; links += 1) {
      if (isElsewhere(place)) return { elsewhere: place };
      const { stdout } = await this.#engine.run(["cp", `${this.#name}:${place}`, "-"], {
        enoughBytes: maxBytes + headerBytes,
      });
      const entry = firstEntry(stdout);
      if (entry === null) return null;
      if (entry.linkTo === null) {
        return {
          bytes: entry.bytes.subarray(0, maxBytes),
          truncated: entry.size > maxBytes,
        };
      }
      place = posix.resolve(posix.dirname(place), entry.linkTo);
    }
    return null;
  }

  async #extract(stdin: Buffer): Promise<void> {
    const { exitCode, stderr } = await this.#engine.run(["cp", "-", `${this.#name}:/`], { stdin });
    if (exitCode !== 0)
      throw new Error(`files could not be put into the container: ${stderr.trim()}`);
  }
}
