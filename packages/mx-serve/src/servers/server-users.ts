import { replaceFile } from "@mx/store/replace-file";
import { isGone, lockOwner, type LockOwner } from "@mx/store/lock-owner";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ServerFolder } from "./server-folder.ts";

const detached = "detached";

/**
 * Who uses a server: a file for each process, and one named `detached` where it is to outlive them all. To be read and
 * written by who holds the folder's lock. A process that was killed leaves its file, and does not count.
 */
export class ServerUsers {
  readonly #path: string;

  constructor(folder: ServerFolder) {
    this.#path = join(folder.path, "users");
  }

  /** This process uses it; the file says so until `leave`. */
  async join(): Promise<string> {
    const owner = lockOwner();
    await mkdir(this.#path, { recursive: true, mode: 0o700 });
    await replaceFile(join(this.#path, `${owner.token}.json`), (file) =>
      file.writeFile(`${JSON.stringify(owner)}\n`),
    );
    return owner.token;
  }

  async leave(token: string): Promise<void> {
    await rm(join(this.#path, `${token}.json`), { force: true });
  }

  /** It is to go on without anybody. */
  async detach(): Promise<void> {
    await mkdir(this.#path, { recursive: true, mode: 0o700 });
    await writeFile(join(this.#path, detached), "");
  }

  async isDetached(): Promise<boolean> {
    return (await this.#names()).includes(detached);
  }

  /** Processes that use it; those that are gone are forgotten. */
  async list(): Promise<LockOwner[]> {
    const names = (await this.#names()).filter((name) => name.endsWith(".json"));
    const found: LockOwner[] = [];
    for (const name of names) {
      const path = join(this.#path, name);
      const owner = await readFile(path, "utf8").then(
        (text) => JSON.parse(text) as LockOwner,
        () => null,
      );
      if (owner === null) continue;
      if (isGone(owner)) await rm(path, { force: true });
      else found.push(owner);
    }
    return found;
  }

  /** Nobody uses it: it begins anew, or has been stopped. */
  async clear(): Promise<void> {
    await rm(this.#path, { recursive: true, force: true });
  }

  async #names(): Promise<string[]> {
    return readdir(this.#path).catch(() => []);
  }
}
