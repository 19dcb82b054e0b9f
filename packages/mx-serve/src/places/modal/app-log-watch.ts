import type { DeployedApps } from "@mx/backends/modal";
import type { ServerEnd } from "../place.ts";

const tailLines = 15;

/** Follows the log of a deployed app: its last lines, and what its containers say of their server's end. */
export class AppLogWatch {
  /** Resolves when a container has said that its server has ended, or could not be started; never rejects. */
  readonly ended: Promise<ServerEnd>;
  readonly #lines: string[] = [];
  readonly #over = new AbortController();
  readonly #mark: string;
  #tellEnd: (end: ServerEnd) => void = () => {};
  #rest = "";

  /** `mark`: what the lines of such containers begin with; see `failureMark`. */
  constructor(apps: DeployedApps, appId: string, mark: string) {
    this.#mark = mark;
    this.ended = new Promise((resolve) => (this.#tellEnd = resolve));
    // A log that cannot be read leaves the probe to find out.
    this.#follow(apps, appId).catch(() => {});
  }

  get tail(): string {
    return this.#lines.join("\n");
  }

  get lastLine(): string | null {
    return this.#lines.at(-1) ?? null;
  }

  close(): void {
    this.#over.abort();
  }

  async #follow(apps: DeployedApps, appId: string): Promise<void> {
    for await (const text of apps.followLogs({ appId }, this.#over.signal)) {
      const lines = (this.#rest + text).split(/\r?\n/);
      this.#rest = lines.pop() ?? "";
      for (const line of lines) this.#take(line);
    }
  }

  #take(line: string): void {
    if (line.trim() === "") return;
    if (line.startsWith(this.#mark)) {
      const reason = line.slice(this.#mark.length).trim();
      this.#tellEnd({ reason, tail: this.tail });
      return;
    }
    this.#lines.push(line);
    if (this.#lines.length > tailLines) this.#lines.shift();
  }
}
