import { execFile } from "node:child_process";

const batch = 64;
const waitMs = 1000;

/** Folders that nobody needs any more. Removing them many at a time costs the emulator less than one by one. */
export class Trash {
  #folders: string[] = [];
  #timer: NodeJS.Timeout | null = null;

  add(folder: string): void {
    this.#folders.push(folder);
    if (this.#folders.length >= batch) this.#remove();
    else this.#timer ??= setTimeout(() => this.#remove(), waitMs).unref();
  }

  #remove(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const folders = this.#folders;
    this.#folders = [];
    // What cannot be removed now goes with the emulator's own folder.
    execFile("rm", ["-rf", "--", ...folders], () => {}).unref();
  }
}
