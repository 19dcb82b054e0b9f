import type {
  Exchange,
  Reply,
  Upstream,
  UpstreamRequest,
  UpstreamState,
} from "../upstream/upstream.ts";

/** What answers from a file and calls nobody: it has no limits, is never asleep, and renames no model. */
export abstract class PlayedUpstream implements Upstream {
  readonly #name: string;

  /** `name`: what records and pages call it. */
  constructor(name: string) {
    this.#name = name;
  }

  abstract models(): Promise<string[]>;
  abstract call(request: UpstreamRequest, reply: Reply): Exchange;
  abstract close(): Promise<void>;

  states(): UpstreamState[] {
    return [
      {
        name: this.#name,
        address: this.#name,
        active: 0,
        queued: 0,
        concurrency: null,
        breaker: "closed",
        waking: null,
      },
    ];
  }

  modelsSent(model: string): string[] {
    return [model];
  }
}
