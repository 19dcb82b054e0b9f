import { MxError } from "@mx/cli";
import type { Endpoint } from "@mx/records";
import type { Config, UpstreamConfig } from "./config.ts";
import { readEndpointFile, type EndpointFile } from "./endpoint-file.ts";
import { endpointsConfig, endpointUpstream } from "./endpoint-upstream.ts";
import { FileWatch } from "./file-watch.ts";
import { handleKey } from "./handle-key.ts";

export interface EndpointFilesOptions {
  env: NodeJS.ProcessEnv;
  note: (text: string) => void;
  /** Called now and whenever there are other upstreams. */
  use: (config: Config) => void;
}

/**
 * Upstreams from files of `endpoint` records, such as mx-serve keeps, which are read again whenever they change. One that
 * is not ready, or whose file is not there, is no upstream until it is back.
 */
export class EndpointFiles {
  readonly #options: EndpointFilesOptions;
  /** Path -> the upstreams that its file names. */
  readonly #files: Map<string, UpstreamConfig[]>;
  readonly #watches: FileWatch[] = [];
  /** One reading of a file after the other, so that the last content counts. */
  #reading = Promise.resolve();
  #known = "";

  constructor(paths: readonly string[], options: EndpointFilesOptions) {
    this.#options = options;
    this.#files = new Map(paths.map((path) => [path, []]));
  }

  /** Reads them. Throws MxError where one that is there cannot be read. */
  async open(): Promise<void> {
    for (const path of this.#files.keys()) {
      // Watched first: what is written while it is read is seen.
      this.#watches.push(new FileWatch(path, () => void this.#again(path)));
      this.#take(path, await readEndpointFile(path));
    }
    this.#tell();
  }

  close(): void {
    for (const watch of this.#watches) watch.close();
  }

  #again(path: string): Promise<void> {
    return (this.#reading = this.#reading.then(async () => {
      try {
        this.#take(path, await readEndpointFile(path));
        this.#tell();
      } catch (error) {
        const message = error instanceof MxError ? error.message : String(error);
        this.#options.note(`${message} (what was known of it stays)`);
      }
    }));
  }

  #take(path: string, file: EndpointFile | null): void {
    const { note } = this.#options;
    const before = new Map(this.#files.get(path)?.map((one) => [one.name, one]));
    const upstreams = [...(file?.endpoints.values() ?? [])].flatMap(
      (endpoint): UpstreamConfig[] => {
        const known = before.get(endpoint.name);
        if (endpoint.state === "ready") return [this.#upstream(endpoint, file?.isOwn === true)];
        return endpoint.state === "starting" && known !== undefined ? [known] : [];
      },
    );
    for (const { name, base } of upstreams) {
      const old = before.get(name)?.base.href;
      if (old === undefined) note(`upstream ${name} is there`);
      else if (old !== base.href) note(`upstream ${name} is at ${base.href} now`);
      before.delete(name);
    }
    for (const name of before.keys()) {
      const state = file === null ? `${path} is not there` : file.endpoints.get(name)?.state;
      note(`upstream ${name} has gone: ${state ?? `${path} names it no more`}`);
    }
    this.#files.set(path, upstreams);
  }

  #upstream(endpoint: Endpoint, isOwn: boolean): UpstreamConfig {
    const { env, note } = this.#options;
    // Who else could write the record could have a key sent anywhere.
    const { key, problem } = isOwn ? handleKey(endpoint) : { key: null, problem: null };
    if (problem !== null) note(`${endpoint.name}: ${problem}`);
    return endpointUpstream(endpoint, { env, note, key });
  }

  #tell(): void {
    const config = endpointsConfig([...this.#files.values()].flat());
    const known = JSON.stringify(config);
    if (known === this.#known) return;
    this.#known = known;
    this.#options.use(config);
  }
}
