import type { AnyRecord, Endpoint } from "@mx/records";
import type { Config, UpstreamConfig } from "./config.ts";
import { endpointsConfig, endpointUpstream } from "./endpoint-upstream.ts";

export interface FeedOptions {
  env: NodeJS.ProcessEnv;
  /** Takes records that are no endpoints; settles once there is room for more. */
  pass(record: AnyRecord): Promise<void> | null;
  note: (text: string) => void;
}

/** Upstreams from `endpoint` records, which come and go while the proxy runs. */
export class EndpointFeed {
  readonly #options: FeedOptions;
  readonly #upstreams = new Map<string, UpstreamConfig>();
  #use: (config: Config) => void = () => {};
  #first: () => void = () => {};
  /** Settles once there is an upstream, or when no record comes any more. */
  readonly first = new Promise<void>((resolve) => (this.#first = resolve));

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  /** Calls `use` now and whenever there are other upstreams. */
  open(use: (config: Config) => void): void {
    this.#use = use;
    use(this.#config());
  }

  /** Reads until no record comes any more. Throws what reading throws. */
  async read(records: AsyncIterable<AnyRecord>): Promise<void> {
    try {
      for await (const record of records) {
        if (record.type === "endpoint") this.#take(record as Endpoint);
        else await this.#options.pass(record);
      }
    } finally {
      this.#first();
    }
  }

  #take(endpoint: Endpoint): void {
    const { name, state } = endpoint;
    const known = this.#upstreams.has(name);
    const { note } = this.#options;
    if (state === "ready") {
      this.#upstreams.set(name, endpointUpstream(endpoint, this.#options));
      if (!known) note(`upstream ${name} is there`);
    } else if (state !== "starting" && this.#upstreams.delete(name)) {
      note(`upstream ${name} has gone: ${state}`);
    }
    this.#use(this.#config());
    if (this.#upstreams.size > 0) this.#first();
  }

  #config(): Config {
    return endpointsConfig([...this.#upstreams.values()]);
  }
}
