import { MxError } from "@mx/cli";
import type { Config } from "./config.ts";
import { FileWatch } from "./file-watch.ts";
import { readConfig } from "./read-config.ts";

/** The configuration file, which is read again whenever it changes. */
export class ConfigFile {
  readonly #path: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #note: (text: string) => void;
  #known = "";
  #watch: FileWatch | null = null;

  constructor(path: string, env: NodeJS.ProcessEnv, note: (text: string) => void) {
    this.#path = path;
    this.#env = env;
    this.#note = note;
  }

  /** Reads it, and calls `use` now and with each later version that is good. Throws where the first is not. */
  async open(use: (config: Config) => void): Promise<void> {
    this.#take(await readConfig(this.#path, this.#env), use);
    this.#watch = new FileWatch(this.#path, () => void this.#again(use));
  }

  close(): void {
    this.#watch?.close();
  }

  async #again(use: (config: Config) => void): Promise<void> {
    try {
      const config = await readConfig(this.#path, this.#env);
      if (JSON.stringify(config) === this.#known) return;
      this.#take(config, use);
      const count = config.upstreams.length;
      this.#note(`${this.#path} was read again: ${count} upstream${count === 1 ? "" : "s"}`);
    } catch (error) {
      const message = error instanceof MxError ? error.message : String(error);
      this.#note(`${message} (the former configuration stays)`);
    }
  }

  #take(config: Config, use: (config: Config) => void): void {
    this.#known = JSON.stringify(config);
    for (const note of config.notes) this.#note(note);
    use(config);
  }
}
