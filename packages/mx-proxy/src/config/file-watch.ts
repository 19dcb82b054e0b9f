import { watch, watchFile, unwatchFile, type FSWatcher } from "node:fs";
import { basename, dirname, resolve } from "node:path";

/** How often the file is looked at where nobody tells of changes, in ms. */
const pollMs = 2000;
/** How long a file has to be left alone before it is read: some editors write in several steps. In ms. */
const settleMs = 100;

/** Calls `changed` when a file has another content, also where it was replaced by another file or a link. */
export class FileWatch {
  readonly #path: string;
  readonly #changed: () => void;
  #watcher: FSWatcher | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(path: string, changed: () => void) {
    this.#path = resolve(path);
    this.#changed = changed;
    const name = basename(this.#path);
    try {
      // The folder, because an editor that writes a new file and renames it leaves the old one behind.
      this.#watcher = watch(dirname(this.#path), { persistent: false }, (_event, file) => {
        if (file === null || file === name) this.#soon();
      });
      this.#watcher.on("error", () => this.#watcher?.close());
    } catch {
      // Not every file system tells; the looks from time to time remain.
    }
    watchFile(this.#path, { persistent: false, interval: pollMs }, this.#look);
  }

  close(): void {
    this.#watcher?.close();
    unwatchFile(this.#path, this.#look);
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  readonly #look = (): void => this.#soon();

  #soon(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#changed(), settleMs);
    this.#timer.unref();
  }
}
