import { execFile } from "node:child_process";
import { mkdirSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const batch = 192;

/** Named pipes, made many at a time: Node can only give a process sockets, and what opens /dev/stdout cannot open those. */
export class Fifos {
  readonly #folder: string;
  readonly #ready: string[] = [];
  #making: Promise<void> | null = null;
  #count = 0;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** Calls back with paths of pipes that nobody has opened; their names are gone afterwards. */
  async use<T>(count: number, open: (paths: string[]) => T): Promise<T> {
    while (this.#ready.length < count) await (this.#making ??= this.#make());
    const paths = this.#ready.splice(0, count);
    if (this.#ready.length < batch / 4) {
      this.#making ??= this.#make();
      this.#making.catch(() => {}); // whoever needs them tries again, and is told
    }
    try {
      return open(paths);
    } finally {
      for (const path of paths) unlinkSync(path);
    }
  }

  async #make(): Promise<void> {
    const paths = Array.from({ length: batch }, () => join(this.#folder, `${this.#count++}`));
    try {
      await run("mkfifo", ["-m", "600", ...paths]);
      this.#ready.push(...paths);
    } finally {
      this.#making = null;
    }
  }
}
