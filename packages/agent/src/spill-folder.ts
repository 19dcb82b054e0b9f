import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder for output that is too long to show; made when it is first needed, deleted with the agent. */
export class SpillFolder implements AsyncDisposable {
  #path: string | null = null;
  #files = 0;

  /** Path of a new file; the kind is the end of its name. */
  file(kind = "txt"): string {
    this.#path ??= mkdtempSync(join(tmpdir(), "mx-agent-"));
    this.#files += 1;
    return join(this.#path, `output-${this.#files}.${kind}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#path !== null) await rm(this.#path, { recursive: true, force: true }).catch(() => {});
  }
}
